/** Where the hills stand and where the river's channel runs, placed by hand after the real ones; lng, lat in degrees. */

/** A bell of hills along a line: `height` metres at the crest, nothing beyond `radius` metres. */
export interface Ridge {
  name: string
  line: [lng: number, lat: number][]
  height: number
  radius: number
}

/** The hills of the district and around it; names where the map has them, else the place they stand at. */
export const RIDGES: Ridge[] = [
  // in town
  {
    name: '枫山',
    line: [
      [121.4358, 28.6796],
      [121.4385, 28.6806],
    ],
    height: 190,
    radius: 360,
  },
  {
    name: '太和山',
    line: [
      [121.4565, 28.6805],
      [121.459, 28.6795],
    ],
    height: 120,
    radius: 330,
  },
  {
    name: '白云山',
    line: [
      [121.4065, 28.6582],
      [121.4085, 28.6528],
    ],
    height: 330,
    radius: 800,
  },
  {
    name: '太湖山',
    line: [
      [121.3835, 28.6458],
      [121.386, 28.642],
    ],
    height: 230,
    radius: 640,
  },
  {
    name: '万岙山',
    line: [
      [121.3685, 28.6692],
      [121.372, 28.6665],
    ],
    height: 230,
    radius: 760,
  },
  {
    name: '岩头山',
    line: [
      [121.4985, 28.6625],
      [121.5065, 28.6635],
    ],
    height: 120,
    radius: 480,
  },
  // north of the river
  {
    name: '章安北山',
    line: [
      [121.395, 28.742],
      [121.425, 28.748],
      [121.455, 28.744],
      [121.475, 28.752],
    ],
    height: 520,
    radius: 2500,
  },
  {
    name: '黄礁山',
    line: [
      [121.383, 28.7325],
      [121.372, 28.7425],
    ],
    height: 340,
    radius: 1250,
  },
  {
    name: '大汾山',
    line: [
      [121.505, 28.762],
      [121.525, 28.775],
    ],
    height: 240,
    radius: 1500,
  },
  {
    name: '桃渚山',
    line: [
      [121.41, 28.81],
      [121.45, 28.8],
      [121.5, 28.815],
      [121.55, 28.825],
    ],
    height: 620,
    radius: 4200,
  },
  {
    name: '涌泉北山',
    line: [
      [121.25, 28.8],
      [121.3, 28.79],
      [121.35, 28.785],
    ],
    height: 640,
    radius: 4300,
  },
  {
    name: '临海东山',
    line: [
      [121.16, 28.85],
      [121.22, 28.84],
      [121.3, 28.85],
    ],
    height: 760,
    radius: 4600,
  },
  {
    name: '上盘山',
    line: [
      [121.63, 28.723],
      [121.647, 28.722],
    ],
    height: 190,
    radius: 900,
  },
  {
    name: '白沙山',
    line: [
      [121.6, 28.8],
      [121.64, 28.81],
      [121.66, 28.83],
    ],
    height: 330,
    radius: 2300,
  },
  // between the rivers
  {
    name: '江口山',
    line: [
      [121.262, 28.7],
      [121.295, 28.702],
      [121.318, 28.7],
    ],
    height: 420,
    radius: 2300,
  },
  {
    name: '沿江山',
    line: [
      [121.155, 28.745],
      [121.19, 28.73],
      [121.22, 28.712],
    ],
    height: 680,
    radius: 4400,
  },
  {
    name: '北洋山',
    line: [
      [121.155, 28.69],
      [121.19, 28.685],
    ],
    height: 430,
    radius: 2500,
  },
  // south-west: the mountains behind Huangyan, Luqiao and Wenling
  {
    name: '九峰山',
    line: [
      [121.285, 28.632],
      [121.298, 28.615],
      [121.302, 28.597],
    ],
    height: 470,
    radius: 2400,
  },
  {
    name: '方山',
    line: [
      [121.2, 28.58],
      [121.225, 28.55],
      [121.23, 28.51],
    ],
    height: 760,
    radius: 4700,
  },
  {
    name: '大溪山',
    line: [
      [121.165, 28.545],
      [121.17, 28.49],
      [121.19, 28.45],
    ],
    height: 720,
    radius: 4500,
  },
  {
    name: '院桥山',
    line: [
      [121.18, 28.615],
      [121.16, 28.6],
    ],
    height: 560,
    radius: 3200,
  },
  {
    name: '桐屿山',
    line: [
      [121.328, 28.575],
      [121.337, 28.556],
    ],
    height: 330,
    radius: 1700,
  },
  {
    name: '螺洋山',
    line: [
      [121.325, 28.523],
      [121.345, 28.513],
    ],
    height: 360,
    radius: 1900,
  },
  {
    name: '温峤山',
    line: [
      [121.28, 28.43],
      [121.31, 28.41],
      [121.35, 28.405],
    ],
    height: 520,
    radius: 3400,
  },
  {
    name: '太平山',
    line: [
      [121.395, 28.405],
      [121.43, 28.41],
    ],
    height: 380,
    radius: 2300,
  },
  {
    name: '松门山',
    line: [
      [121.5, 28.405],
      [121.53, 28.41],
    ],
    height: 260,
    radius: 1500,
  },
]

/** The navigable channel, from the upper rivers through the town reach to the bay. */
export const CHANNEL: [lng: number, lat: number][] = [
  [121.145, 28.8125],
  [121.2055, 28.7925],
  [121.2325, 28.7655],
  [121.2745, 28.7565],
  [121.2985, 28.7285],
  [121.3385, 28.7165],
  [121.3675, 28.6975],
  [121.41, 28.693],
  [121.452, 28.6885],
  [121.49, 28.682],
  [121.545, 28.683],
  [121.61, 28.692],
  [121.68, 28.672],
]

/** Reservoirs in the hills: lng, lat, radius in metres; the ground is level there. */
export const RESERVOIRS: { name: string; nameEn: string; at: [lng: number, lat: number]; radius: number }[] = [
  { name: '章安水库', nameEn: "Zhang'an Reservoir", at: [121.4385, 28.7345], radius: 210 },
  { name: '溪口水库', nameEn: 'Xikou Reservoir', at: [121.3905, 28.7405], radius: 170 },
  { name: '九峰水库', nameEn: 'Jiufeng Reservoir', at: [121.291, 28.61], radius: 260 },
  { name: '方山水库', nameEn: 'Fangshan Reservoir', at: [121.214, 28.54], radius: 380 },
]
