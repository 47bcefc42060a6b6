"""The words of sample posts. Securities are real; what is said of them is not."""

from typing import NamedTuple


class Medium(NamedTuple):
    name: str
    slug: str  # its category, in pinyin, as the site spells it
    weight: int


class Stock(NamedTuple):
    symbol: str
    name: str
    board: str  # a key of BOARDS


MEDIA = [
    Medium("上海证券报·中国证券网", "shanghaizhengquanbao·zhongguozhengquanwang", 10),
    Medium("证券时报网", "zhengquanshibaowang", 9),
    Medium("财联社", "cailianshe", 9),
    Medium("中国证券报", "zhongguozhengquanbao", 7),
    Medium("证券日报", "zhengquanribao", 7),
    Medium("每日经济新闻", "meirijingjixinwen", 7),
    Medium("第一财经", "diyicaijing", 5),
    Medium("界面新闻", "jiemianxinwen", 4),
    Medium("21世纪经济报道", "21shijijingjibaodao", 4),
    Medium("21世纪经济报道 南财理财通", "21shijijingjibaodao  nancailicaitong", 1),
    Medium("新华社", "xinhuashe", 3),
    Medium("央视新闻客户端", "yangshixinwenkehuduan", 2),
    Medium("中新经纬", "zhongxinjingwei", 2),
    Medium("澎湃新闻", "pengpaixinwen", 2),
    Medium("北京商报", "beijingshangbao", 1),
    Medium("经济参考报", "jingjicankaobao", 1),
    Medium("东方财富研究中心", "dongfangcaifuyanjiuzhongxin", 2),
    Medium("安信国际证券(香港)", "anxinguojizhengquan(xianggang)", 1),
    Medium("TechWeb", "TechWeb", 1),
    Medium("Techweb", "Techweb", 1),
]

BOARDS = {
    "白酒": "90.BK0896", "新能源": "90.BK0493", "电池": "90.BK1033", "证券": "90.BK0473",
    "银行": "90.BK0475", "保险": "90.BK0474", "半导体": "90.BK1036", "消费电子": "90.BK1037",
    "光伏设备": "90.BK1031", "汽车整车": "90.BK1029", "医药制造": "90.BK0465",
    "房地产开发": "90.BK0451", "煤炭行业": "90.BK0437", "钢铁行业": "90.BK0479",
    "互联网服务": "90.BK0447", "农牧饲渔": "90.BK0433", "家电行业": "90.BK0456",
    "航天航空": "90.BK0480", "通信设备": "90.BK0448", "旅游酒店": "90.BK0485",
}  # fmt: skip

# The first are named most often.
STOCKS = [
    Stock(symbol, name, board)
    for symbol, name, board in (
        row.split()
        for row in """
        1.600519 贵州茅台 白酒
        0.300750 宁德时代 电池
        0.002594 比亚迪 汽车整车
        1.601318 中国平安 保险
        0.300059 东方财富 证券
        116.00700 腾讯控股 互联网服务
        1.600036 招商银行 银行
        0.000858 五粮液 白酒
        106.BABA 阿里巴巴 互联网服务
        1.688981 中芯国际 半导体
        106.NIO 蔚来 汽车整车
        105.TSLA 特斯拉 汽车整车
        0.000001 平安银行 银行
        1.601012 隆基绿能 光伏设备
        1.600030 中信证券 证券
        0.000333 美的集团 家电行业
        0.000651 格力电器 家电行业
        1.600276 恒瑞医药 医药制造
        1.601899 紫金矿业 钢铁行业
        0.002415 海康威视 消费电子
        0.002475 立讯精密 消费电子
        1.603259 药明康德 医药制造
        0.300015 爱尔眼科 医药制造
        1.601888 中国中免 旅游酒店
        0.002714 牧原股份 农牧饲渔
        0.000002 万科A 房地产开发
        1.600048 保利发展 房地产开发
        1.601088 中国神华 煤炭行业
        1.600019 宝钢股份 钢铁行业
        0.002460 赣锋锂业 电池
        0.002466 天齐锂业 电池
        0.300014 亿纬锂能 电池
        0.300274 阳光电源 光伏设备
        1.600438 通威股份 光伏设备
        1.603501 韦尔股份 半导体
        1.603986 兆易创新 半导体
        0.002371 北方华创 半导体
        1.600104 上汽集团 汽车整车
        1.601633 长城汽车 汽车整车
        0.000625 长安汽车 汽车整车
        1.600760 中航沈飞 航天航空
        0.000768 中航西飞 航天航空
        0.000063 中兴通讯 通信设备
        1.600050 中国联通 通信设备
        1.600941 中国移动 通信设备
        116.03690 美团-W 互联网服务
        116.01810 小米集团-W 消费电子
        116.00981 中芯国际 半导体
        116.02318 中国平安 保险
        116.09988 阿里巴巴-W 互联网服务
        105.AAPL 苹果 消费电子
        105.PDD 拼多多 互联网服务
        105.JD 京东 互联网服务
        106.XPEV 小鹏汽车 汽车整车
        105.LI 理想汽车 汽车整车
        1.600887 伊利股份 农牧饲渔
        0.000895 双汇发展 农牧饲渔
        0.300498 温氏股份 农牧饲渔
        1.601398 工商银行 银行
        1.601288 农业银行 银行
        1.601628 中国人寿 保险
        1.600585 海螺水泥 房地产开发
        1.600009 上海机场 旅游酒店
        1.600754 锦江酒店 旅游酒店
        1.510300 沪深300ETF 证券
        0.159915 创业板ETF 证券
        """.strip().splitlines()
    )
]

BROKERS = ["中信证券", "中金公司", "国泰君安", "华泰证券", "招商证券", "广发证券", "海通证券",
           "申万宏源", "天风证券", "东吴证券", "安信证券", "国盛证券", "浙商证券", "高盛", "摩根士丹利",
           "瑞银", "花旗"]  # fmt: skip
CITIES = ["上海", "深圳", "北京", "杭州", "成都", "苏州", "长沙", "武汉", "合肥", "广州", "重庆",
          "西安", "青岛", "宁波", "郑州"]  # fmt: skip
PRODUCTS = ["动力电池", "储能电芯", "高端白酒", "功率器件", "光伏组件", "智能座舱", "折叠屏手机",
            "创新药", "车载芯片", "激光雷达", "碳化硅衬底", "氢燃料电池", "智能家电", "工业机器人",
            "云服务", "惠民保险", "特高压设备", "卫星通信终端"]  # fmt: skip
COMMODITIES = ["碳酸锂", "动力煤", "螺纹钢", "铁矿石", "原油", "黄金", "沪铜", "生猪", "纯碱",
               "玻璃", "豆粕", "天然橡胶", "焦炭", "棉花"]  # fmt: skip
AGENCIES = ["国家统计局", "央行", "证监会", "银保监会", "工信部", "发改委", "财政部", "商务部",
            "海关总署", "国家能源局", "农业农村部", "住建部", "交易商协会"]  # fmt: skip
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
COUNTRIES = ["美国", "日本", "德国", "韩国", "英国", "印度", "巴西", "澳大利亚", "新加坡", "俄罗斯"]
