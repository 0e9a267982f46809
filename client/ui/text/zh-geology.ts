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
    sheets: '地层面',
    sheet: { strata: '各层顶面', groundwater: '地下水面' },
    sheetsHow:
      '层顶埋深为画面中心（朝天时为相机）附近约一公里内的最小至最大值；± 为留一法平均误差。越淡处离钻孔越远，或仅由较远深孔推断；1500 米外不画。',
    sheetsHidden: '“钻孔与地层”图层已关闭，打开后显示。',
    sheetsClosed: '地面不透明，看不到地下：请开启透视、调高地面透明度，或进入地下。',
    sheetsNothing: '画面中心附近没有钻孔。',
    sheetGround: '地表',
    sheetError: '留一法比较 {{compared}} 孔',
    dataDate: '数据日期 {{date}}',
    waterDates: '水位观测 {{dates}}',
  },
} as const
