/** The page's words about boreholes and soil, in Chinese. */

export const zhGeology = {
  geology: {
    log: '钻孔柱状图',
    noLog: '此孔没有地层记录。',
    depth: '孔深 {{depth}}',
    water: '稳定水位埋深 {{depth}}',
    basis: '图例为常用色与花纹，土名依据 GB 50021 摘要，未核对原文；深度自孔口起算。',
    soil: '坑壁地层',
    inferred: '附近钻孔未揭穿，由较远的深孔推断',
    nearest: '最近钻孔 {{metres}} 米。',
    columns: '柱体加粗绘制，深度为真实比例；蓝环为稳定水位。',
  },
} as const
