"""What the archive begins with: the names of securities that are also words, and the words that
contain such a name and mean something else. Editors add to both and take from them."""

from typing import Final

#: Things, people, places and media that a security has its name from, and English words that are
#: codes of New York.
DOUBTFUL: Final = frozenset(
    """
    机器人 太阳能 新产业 新文化 人工智能 再融资 生物科技 信息发展 智慧能源 数字认证 数据港 农产品
    小商品城 指南针 大智慧 同花顺 电子城 商业城 老百姓 大东方 红太阳 万年青 黑芝麻 好想你 星期六
    健康元 百花村 好利来 东方财富 人民网 新华网 证券时报 金融街 首都在线 中国科传 太平洋 张家界
    大连港 祁连山 葛洲坝 白云山 鄂尔多斯 獐子岛 天地源 三峡水利 长白山 峨眉山A 青岛港 日照港
    宁波港 天津港 唐山港 盐田港 北部湾港 上海机场 白云机场 深圳机场 厦门空港 桂林旅游 云南旅游
    西安旅游 北京文化 上海电影 中国电影 中国软件 中国卫星 中国医药 中国黄金 中国化学 平安 茅台
    苹果 小米 波音 福特 长和 新希望 新大陆 上海临港 我爱我家 微博 中国稀土
    格力 工行 农行 建行 招行 交行
    大西洋 向日葵 中关村 陆家嘴 徐家汇 新世界 新天地 新城市 新动力 新里程 新经典 新坐标 连云港
    北大荒 外高桥 天目湖 会稽山 广州港 南京港 锦州港 营口港 重庆港 珠海港 驱动力 动力源 生物谷
    数字人 步步高 阿拉丁 火星人 创世纪 金太阳 南极光 葫芦娃 百合花 三人行 值得买 蒙娜丽莎 甲骨文
    金麒麟 日月明 山外山 夜光明 西大门 西上海 东北高 倍轻松 线上线下 日出东方 国际医学 美丽生态
    中华企业 财富趋势 设计总院 出版传媒 今天国际 民生健康 华人健康 创新医疗 海南发展 广州发展
    上海环境 生物股份 建设工业 中国出版
    ALPHA AUTO BABY BANK BEST BETA BIOS BOND CAKE CARE CARS CASH CELL CHAT CHIP CITY CLOUD
    CLUB CODE COIN COOL CORE COST CUBE DATA DEEP EAST EASY EDGE FANS FAST FIVE FLEX FLOW
    FOOD FREE FUND GAIN GAME GATE GENE GOLD GOLF GOOD GRID GROW HEAT HIGH HIVE HOME HOPE
    ICON IDEA INFO JOIN KIDS LAND LEAD LIFE LINE LINK LIST LIVE LOAN LOVE MAIN MIND MINI
    MOON MORE MOVE MRNA NEWS NEXT NICE NOVA OCEAN OLED OPEN PAAS PARK PATH PLAN PLAY PLUS
    POOL POST PURE RAIL REAL RICH RIDE RISE ROAD SAFE SALE SAVE SEED SHOP SHOW SITE SMART
    SNOW SOLO SOUL SPOT STAR STEM STEP SWIFT TALK TEAM TECH TIME TOUR TRIP TRUE TURN UNIT
    VIEW WALL WAVE WELL WEST WIFI WIND WISH WORK WORLD ZERO ZONE
    """.split()
)
#: Longer words around a name: they name nothing.
LONGER: Final = frozenset(
    """
    中国银行业 中国银行间 中国银行保险 中国银行监督 农业银行业 工商银行业 中国建筑业 中国建筑材料
    中国建筑金属 中国建筑节能 中国建筑装饰 中国建筑学会 中国石油化工 中国石油和化工 中国石油和化学
    中国石油大学 中国石油集团 中国化学工业 中国化学纤维 中国移动互联网 中国移动支付
    中国移动通信联合会 中国联通性 中国电信业 中国卫星导航 中国卫星网络 中国软件行业 中国软件业
    中国软件园 中国电影市场 中国电影家 中国电影产业 中国医药保健 中国医药工业 中国医药商业
    中国医药行业 中国黄金协会 中国黄金市场 中国核电站 中国人寿险 中国铁建材 中国船舶工业
    中国中铁路 中国国航天 中国长城资产 东方财富网 东方财富号 东方财富研究中心 东方财富Choice
    东方财富股吧 同花顺数据 同花顺iFinD 人民网讯 新华网讯 小米椒 苹果汁 苹果树 茅台镇 华夏幸福感
    太平洋保险 太平洋寿险 太平洋产险 太平洋财险 太平洋资产 太平洋沿岸 亚洲太平洋
    京东方精电 事长和 行长和 会长和 部长和 院长和 局长和 市长和 省长和 校长和 增长和 成长和 天长和
    太平洋舰队 寒武纪生物 孩子王国 苹果期货 中国移动通信集团 延长和
    知识产权局 知识产权法 知识产权保护中心 新能源股份 新能源科技
    中国石油天然气集团 中国人寿保险(集团) 东方集团军 上海临港新片区
    网易财经 网易科技 网易新闻 百度百科 百度指数
    亚马逊雨林 亚马逊河 亚马逊流域 上海思科 特斯拉线圈 特斯拉阀
    生长和 家长和 县长和 所长和 州长和 团长和 队长和 区长和 船长和 处长和 乡长和 镇长和 科长和
    书长和 员长和 察长和 擅长和 漫长和 特长和 专长和
    比亚迪电子 京东健康 京东物流 京东工业 碧桂园服务 同仁堂科技 同仁堂国药 阿里巴巴影业 阿里巴巴健康
    中国平安度汛 中国平安喜乐 中国平安建设 寒武纪大爆发 寒武纪时期 寒武纪地层 寒武纪化石 寒武纪早期
    寒武纪中期 寒武纪晚期 寒武纪末 寒武纪海洋 寒武纪生命 尼古拉·特斯拉 京东大鼓 微软雅黑
    网易有道 网易云音乐 新东方在线 万科海外 中国太平洋 中国建筑国际 中国建筑兴业 平安好医生 平安健康
    特斯拉磁共振 中国石油消费 中国石油需求 中国石油进口 中国石油产量 中国石油储量 中国石油储备
    中国石油供应 中国石油对外依存 中国石油勘探 中国核电装机 中国核电机组 中国核电发电 中国核电产业
    中国人寿命 中国平安夜 祈祷中国平安 祈愿中国平安 祝福中国平安 奔小康股份 山东苹果公司
    陕西苹果公司 烟台苹果公司 洛川苹果公司
    中国银行体系 中国银行股 中国银行卡 中国银行协会 中国银行理财市场 中国银行理财登记
    中国银行贷款余额 中国银行贷款利率 中国银行贷款增速 中国银行存款利率 中国银行存款余额
    中国银行信贷 中国核电技术 中国核电建设 Visa签证 Meta分析显示 Meta分析表明 Meta分析发现
    Meta分析结果 项Meta分析 Meta-analysis 微软件 京东北部 京东大峡谷
    愿中国平安 护佑中国平安 寒武纪地质 寒武纪年代 寒武纪岩 寒武纪动物
    长安福特 江铃福特 上汽通用 上海通用 一汽-大众 一汽大众 上汽大众 江淮大众 大众安徽
    上汽奥迪 广汽本田 东风本田 广汽丰田 一汽丰田 东风日产 郑州日产 长安马自达 一汽马自达 华晨宝马
    北京奔驰 福建奔驰 北京现代 悦达起亚 东风标致 东风雪铁龙 长安标致 广汽三菱 广汽菲克
    东风雷诺 华晨雷诺 东风英菲尼迪 奇瑞捷豹路虎 长安铃木 昌河铃木 上汽斯柯达 庆铃五十铃
    江西五十铃 广汽日野 福田戴姆勒 福田康明斯 东风康明斯 重庆康明斯 五菱本田 新大洲本田
    工银安盛 中信保诚 信诚人寿 招商信诺 中美联泰大都会 中英人寿 中德安联 中意人寿 恒安标准
    摩根士丹利华鑫 摩根华鑫 高盛高华 汇丰晋信 汇丰前海 工银瑞信 国投瑞银 交银施罗德 上投摩根
    诺基亚贝尔 上海贝尔 索尼爱立信 上海西门子 北京奥的斯 上海三菱 广州日立
    比亚迪戴姆勒 北汽戴姆勒 长城宝马
    蔚来可期 科技蔚来 蔚来已来 理想汽车梦 探路者们 太平鸟类 创始人李宁 体操王子李宁 歌手李宁
    国泰君安国际 国泰君安期货 中信建投国际 中信建投期货 华泰证券资管 大众交通出行 现代投资组合
    王府井大街 王府井商圈 王府井步行街 王府井书店 王府井地区 东方明珠塔 东方明珠电视塔
    东方明珠广播电视塔 东风汽车零部件 东风汽车集团 航天科技集团 中国船舶集团 中国船舶重工 一汽解放军
    能源局 环境能源交易所 环境监测中心 动力电池 核电厂 电信号 银行卡 银行业 投资环境 汽车城 汽车展
    汽车保有量 橡胶树 橡胶林 橡胶价格 橡胶期货 黄金矿 黄金储备 黄金首饰 黄金价格 黄金期货 稀土矿
    稀土价格 煤炭价格 石化产业 石化行业 旅游市场 旅游度假 重工业
    阿里巴巴与四十大盗 阿里巴巴和四十大盗 时代广场
    快手慢无 银行保险机构 银行保险监管 银行保险业 签证Visa Visa办理
    """.split()
)
#: Words, or their beginnings, that begin with the last one or two characters of a name:
#: 新和成立公司 names no 新和成, 西部黄金周 no 西部黄金.
BEGUN: Final = frozenset(
    """
    成立 旅行 旅游 旅客 行业 行间 行家 工业 方面 方便 方案 车站 车展 缘分
    方法 方式 方针 港口 世界杯 世界级 投资者 投资人 资本家 城市 办公室 建筑物 建筑群 建筑业
    水产品 水电站 信息化 工程师 工业化 工业园 工业区 出版社 通信 通讯
    成都 团购 科技 蛇口区 股份制
    港澳 港珠 通胀 旗袍 线上 线下 建成 建设 电厂 王国
    特别 和谐 时代感 东方红 业余 份额 工作
    黄金周 酒店 啤酒节 电影节 旅游节 旅游景 旅游区 旅游业 旅游局 高速公 交通工 电气化
    """.split()
)
#: Words that begin with the last character of one of those or of a longer word: in 中国银行业绩,
#: 中国银行业 is no word.
CONTINUED: Final = frozenset(
    """
    行业 行情 行动 行权 游戏 立足 立案 立项 立志 立即 立刻
    业绩 业务 业已 业主 业态 树立 局部 局面 局势 天津 天气 路桥 险种 感谢 感恩 讯息
    间接 家庭 家属 面板 面临 面对 面向 便宜 案例 站稳 站上 展示 展开 展望 展现
    市值 市场 市盈 市净 市占 信息 信托 信用 口径 口碑
    都在 都是 都有 都将 都会 都已 都被 都未 购买 购入 购得 购置 购回 技术 技改
    制定 制造 制作 制成 制止
    股份 股价 股东 股票 股权 股息 股本
    设备 设立 设计 设施 设有 成都 成员
    下跌 下调 下滑 下午 下半 下行 上涨 上调 上升 上午 上半 上市 上线 成功 成交 成本 成为
    军用 军工 军品 军车 梦碎
    感到 感受 感动 感知 感染 感兴 谐波 红利 红包 红外 红筹 额外 额度 作为 作出
    作价 作业 作废 余额 余热 别墅
    公告 公司 公布 公开 工会 周一 周二 周三 周四 周五 周六 周日 周内 周末 周期
    """.split()
)
#: Names that companies are known by and lists lack: full ones, which begin with the short name of
#: another company or with a word, and short ones, which are doubtful if they are words.
ALSO_CALLED: Final = {
    "中国石油化工股份有限公司": "中国石化",
    "太平洋证券股份有限公司": "太平洋",
    "太平洋证券": "太平洋",
    "苹果公司": "苹果",
    "波音公司": "波音",
    "小米": "小米集团",
    "小米公司": "小米",
    "小米汽车": "小米集团",
    "福特": "福特汽车",
    "茅台": "贵州茅台",
    "格力": "格力电器",
    "工行": "工商银行",
    "农行": "农业银行",
    "建行": "建设银行",
    "招行": "招商银行",
    "交行": "交通银行",
    "Alibaba": "阿里巴巴",
    "Amazon": "亚马逊",
    "BYD": "比亚迪",
    "CATL": "宁德时代",
    "Goldman": "高盛",
    "JPMorgan": "摩根大通",
    "J.P. Morgan": "摩根大通",
    "TSMC": "台积电",
    "Tencent": "腾讯控股",
    "Walmart": "沃尔玛",
}
#: English words that are also the names of companies: an English text names none by them.
ENGLISH: Final = frozenset(
    """
    alphabet amazon ambition apple arch arrow ascent atlas avid ball banner beam belong best block
    boot box bumble carnival carrier celestial champion chart charter chase chime citizens clarity
    coach columbia comfort compass confluent consolidated constellation crane crown cube delta
    digital discover dollar dominion eagle element emerald envision equinox equity everest exact
    extra federal fiesta first focus ford forward fossil frontier gap general global globe grab
    grail granite graph green growth guess harmony hawk heritage hope host impact imperial
    independent insight instruments international invitation iron ladder lemonade liberty life
    loop lucid magnolia main marathon match mercury meridian meta mission monday monster mosaic
    national navigator news noble nordic northern onto oracle orange oscar outlook phoenix
    pinnacle pioneer planet pool popular premier primo progress progressive public quest radiant
    range realty regal regions repay republic revolve ring robot roots sabre sage seaboard select
    shell simply snap snow solid sonic southern spire sprout square star state sterling stride
    summit sun synergy target team tile toast trade travelers trinity trip twist under union unity
    universal upstart valley vector victory viking visa vision vista vital vivid wave western wolf
    workday world zoom
    ace air all any arm big car day eve eye fox gas had has key man men new now oil one our out
    sea sky sun they top two who you
    """.split()
)
#: Places before the names of companies there.
PLACES: Final = frozenset(
    """
    北京 上海 天津 重庆 河北 河南 山西 山东 陕西 江西 江苏 浙江 安徽 福建 湖北 湖南 广东 广西 海南
    云南 贵州 四川 青海 甘肃 吉林 辽宁 宁夏 新疆 西藏 南京 西安 南宁 南昌 济南 沈阳 贵阳 昆明 成都
    长沙 长春 合肥 福州 厦门 青岛 大连 宁波 无锡 苏州 杭州 深圳 珠海 广州 武汉 郑州 太原 兰州 香港
    """.split()
)
#: Words in which a name may seem to begin: 京东方 in 北京东方园林.
OVERLAPPED: Final = frozenset(
    """
    北京 南京 东京 天津 重庆 河北 河南 山西 山东 陕西 江西 江苏 浙江 安徽 福建 湖北 湖南 广东 广西
    海南 云南 贵州 四川 青海 甘肃 吉林 辽宁 宁夏 新疆 西藏 西安 西宁 南宁 南昌 南通 南阳 济南 沈阳
    贵阳 洛阳 襄阳 绵阳 岳阳 咸阳 昆明 成都 长沙 长春 合肥 福州 厦门 青岛 大连 宁波 无锡 苏州 杭州
    深圳 珠海 台湾 重新 全新 创新 最新 更新 革新 刷新 崭新 清新 高新 焕新 翻新
    太阳 汉阳 朝阳 安阳 信阳 衡阳 辽阳 阜阳 濮阳 燕京 航天
    完美 优美 精美 鲜美 唯美 甜美 秀美 华美 柔美 健美 最美 绝美 凄美 壮美 俊美 肥美 醇美 淳美 臻美
    审美 赞美 媲美 爱美 娇美 全美 南美 北美 欧美 拉美
    良好 美好 更好 最好 友好 大好 看好 利好 做好 办好 较好 极好 还好 不好 恰好 正好 只好 叫好 爱好
    偏好 搞好 讨好 向好
    许多 很多 众多 诸多 更多 最多 太多 不同 共同 相同 合同 协同 认同 等同
    员工 职工 施工 加工 完工 化工 改建 扩建 成交
    股东 我国 中国 全国 各国 外国 美国 英国 法国 德国 韩国 泰国 他国 多国 两国 祖国 本国 跨国 纵深
    交易 容易 简易 轻易 贸易
    群众 公众 观众 民众 大众 听众 受众 不再 一再
    """.split()
)
#: Other words that end with the first character of one of those: 湖北, 今天.
ENDED: Final = frozenset(
    """
    上海 东海 南海 中山 东北 西北 华北 台北 东南 西南 华南 越南 指南 东西 今天 昨天 明天 当天 每天
    a股 b股 h股 个股 港股 美股 春天 长江 完成 达成 形成 建成 严重 双重 多重 开创 首创 新华 伊川
    江宁 保宁 富贵 扩大 重大 最大
    """.split()
)
