"""What the archive begins with: the names of securities that are also words, and the words that
contain such a name and mean something else. Editors add to both and take from them."""

from typing import Final

#: Things, people, places and media that a security has its name from.
DOUBTFUL: Final = frozenset(
    """
    机器人 太阳能 新产业 新文化 人工智能 再融资 生物科技 信息发展 智慧能源 数字认证 数据港 农产品
    小商品城 指南针 大智慧 同花顺 电子城 商业城 老百姓 大东方 红太阳 万年青 黑芝麻 好想你 星期六
    健康元 百花村 好利来 东方财富 人民网 新华网 证券时报 金融街 首都在线 中国科传 太平洋 张家界
    大连港 祁连山 葛洲坝 白云山 鄂尔多斯 獐子岛 天地源 三峡水利 长白山 峨眉山A 青岛港 日照港
    宁波港 天津港 唐山港 盐田港 北部湾港 上海机场 白云机场 深圳机场 厦门空港 桂林旅游 云南旅游
    西安旅游 北京文化 上海电影 中国电影 中国软件 中国卫星 中国医药 中国黄金 中国化学 平安 茅台
    苹果 小米 波音 福特
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
    太平洋保险 太平洋证券 太平洋寿险 太平洋产险 太平洋财险 太平洋资产 太平洋沿岸 亚洲太平洋
    京东方精电 知识产权局 知识产权法 知识产权保护中心 新能源股份 新能源科技
    """.split()
)
