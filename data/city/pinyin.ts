/** The sounds of the characters in made names, without tones. */

const SOUNDS = `a 阿;an 安岸;ao 岙;ba 八坝;bai 白百;bao 保包报;bei 北;bian 变;bin 滨;bo 舶;bu 埠;cai 才;chan 产;chang 厂场昌;chao 潮;chen 陈;cheng 城成承澄;chi 池;chong 崇;chu 处;chuan 川船;
cui 翠;da 大达;dai 代;dao 岛道;de 德;di 地第;dian 殿电;dong 东冻洞;du 渡;en 恩;fa 发;er 二儿;fan 帆;fang 放方坊;fei 飞;feng 凤枫缝丰;fu 妇府福;gang 港;gao 高;ge 舸;gong 公工宫;guan 官关管;guang 光广;gui 桂;
hai 海;hang 航杭;he 合和河;heng 横衡;hong 泓洪虹红;hou 后;hu 湖;hua 华化花;huan 环;huang 凰黄;ji 机济矶;jia 佳嘉家甲葭加;jian 健建尖涧;jiang 江;jiao 椒礁;jie 街解;jin 金锦;jing 景泾经井;jiu 九;ju 居橘聚具;jun 骏;
kai 开;kang 康;kou 口;lan 兰澜;lang 廊;lao 老;lei 垒;leng 冷;li 砺里;liang 两;liao 料;lin 林;ling 灵岭;liu 六;long 龙;lu 路;lü 绿;lun 轮;luo 罗;ma 马;mao 贸;men 门;miao 庙;ming 名明;mo 模;mu 沐;nan 南;neng 能;
nian 年;ning 宁;nong 农;pei 配;peng 蓬;pin 品;ping 平;pu 浦;qi 七启戚汽;qian 前;qiao 桥;qing 庆清青;qu 区;quan 泉;ren 人纫;san 三;se 色;sha 厦沙砂;shan 山;shang 上商;she 设;sheng 省升圣生盛胜;shi 十市石寺世;
shou 首;shu 书疏;shui 水;si 四;song 颂松;su 塑;tai 台太泰;tan 坦滩;tang 堂塘;tao 涛桃;te 特;ti 体;tian 天田;tie 铁;ting 庭汀亭;tong 桶潼通;tou 头;tu 涂;tuo 拓;wan 湾万;wang 王;wei 围纬;wen 文;wu 五屋武;
xi 汐西溪;xia 下;xian 现仙;xiang 祥香乡;xiao 小;xin 新心;xing 兴星;xiu 修绣;xu 徐;xue 学;ya 雅;yan 岩砚盐沿;yang 央扬杨洋阳;yao 耀药;ye 业;yi 一医;yin 银;ying 盈英;yong 永;you 幼;yu 寓屿玉育渔雨;yuan 元园源苑远院;
yue 月跃;yun 云;zan 赞;zao 造;ze 泽;zha 栅闸;zhan 站;zhang 樟章;zhi 制智沚枝;zhong 中;zhou 州洲轴;zhu 渚珠竹;zhuang 庄装;zi 子;zuo 座`

const SOUND = new Map(
  SOUNDS.split(';').flatMap((entry) => {
    const [sound = '', characters = ''] = entry.trim().split(' ')
    return Array.from(characters, (one): [string, string] => [one, sound])
  }),
)

/** Chinese characters as one word in pinyin, an apostrophe where it would be read wrongly: `Bao'en`; null when a character is not known. */
export function pinyin(text: string): string | null {
  let word = ''
  for (const one of text) {
    const sound = SOUND.get(one)
    if (sound === undefined) return null
    word += word !== '' && /^[aeo]/.test(sound) ? `'${sound}` : sound
  }
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}
