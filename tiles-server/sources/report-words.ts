/** The words of the reports, Chinese and English. */
import { CLEARANCE_WORDS, FIGURE_WORDS, NODE_WORDS, STAGE_WORDS, wordsIn } from '../../data/networks/network-words.ts'
import type { Language } from './report-page.ts'

interface Plain {
  title: string
  table: string
  /** features listed, by their role */
  roles: string[]
  columns: string[]
  /** properties in the order of the columns */
  row: string[]
}

interface ReportWords {
  guessed: string
  more: string
  groups: string
  groupColumns: string[]
  how: Record<'hit' | 'below' | 'beside', string>
  dig: {
    title: string
    subject: string
    kind: string
    kinds: Record<'trench' | 'pit' | 'pile', string>
    road: string
    place: string
    extent: string
    depth: string
    found: string
    counts(hit: number, below: number, beside: number): string
    estimated: string
    owners: string
    table: string
    columns: string[]
    verdict: Record<'stop' | 'care' | 'free', string>
    signs: string[]
  }
  plain: Record<'burst' | 'trace' | 'clearance' | 'defects' | 'risk' | 'pollution', Plain>
  role: Readonly<Record<string, string>>
  /** numbers of a summary that are printed */
  figure: Readonly<Record<string, string>>
}

const ROLES = {
  burst: ['valve', 'customer', 'hydrant'],
  trace: ['end', 'start'],
  clearance: ['horizontal', 'vertical', 'cover'],
  defects: ['error', 'warning', 'note'],
  risk: ['past-life', 'late-life', 'mid-life', 'young', 'age-unknown'],
  pollution: ['candidate'],
}
const ROWS = {
  burst: ['role', 'id', 'name', 'use', 'people'],
  trace: ['id', 'kind', 'minutes'],
  clearance: ['role', 'pipes', 'foundM', 'expectedM'],
  defects: ['role', 'words', 'class', 'pipes', 'nodes', 'said'],
  risk: ['role', 'id', 'class', 'size', 'material', 'year', 'ageYears', 'lifeYears', 'demandLps', 'score'],
  pollution: ['id', 'kind', 'minutes'],
}

const ROLE_WORDS = { ...CLEARANCE_WORDS, ...STAGE_WORDS, ...NODE_WORDS }
const SHARED = { zh: wordsIn(ROLE_WORDS, 'zh'), en: wordsIn(ROLE_WORDS, 'en') }

/** By language. */
export const REPORT_WORDS: Readonly<Record<Language, ReportWords>> = {
  zh: {
    guessed: '（推测）',
    more: '其余未列：',
    groups: '分类统计',
    groupColumns: ['类别', '数量'],
    how: { hit: '在开挖范围内', below: '在坑底以下', beside: '在保护范围内' },
    dig: {
      title: '占掘路管线核查意见',
      subject: '城市道路挖掘 · 地下管线核查与保护意见（占掘路审批附件）',
      kind: '开挖方式',
      kinds: { trench: '沟槽', pit: '基坑', pile: '桩（钻孔）' },
      road: '所在道路',
      place: '起点坐标',
      extent: '平面尺寸',
      depth: '开挖深度',
      found: '涉及管线',
      counts: (hit, below, beside) => `范围内 ${hit} 根，坑底下 ${below} 根，保护范围内 ${beside} 根`,
      estimated: '其中埋深为推测',
      owners: '权属单位',
      table: '涉及管线一览',
      columns: [
        '序号',
        '专业',
        '管线编号',
        '权属单位',
        '规格材质',
        '建设年代',
        '覆土 m',
        '关系',
        '净距 m',
        '要求（保护距离）',
      ],
      verdict: {
        stop: '意见：开挖范围内有管线，须先迁改、保护或调整方案，经权属单位会签后方可施工。',
        care: '意见：保护范围内有管线，须人工探挖并采取保护措施，权属单位交底后方可施工。',
        free: '意见：库内管线不受影响；施工前仍须现场探测，发现未入库管线立即停工报告。',
      },
      signs: ['申请单位', '施工单位', '道路主管部门'],
    },
    plain: {
      burst: {
        title: '爆管处置方案',
        table: '须关阀门与受影响用户',
        roles: ROLES.burst,
        columns: ['类别', '编号', '名称', '用途', '人数'],
        row: ROWS.burst,
      },
      trace: {
        title: '管网追踪报告',
        table: '末端',
        roles: ROLES.trace,
        columns: ['管点', '类型', '流行时间（分钟）'],
        row: ROWS.trace,
      },
      clearance: {
        title: '管线净距检查报告',
        table: '不满足净距的位置（由重到轻）',
        roles: ROLES.clearance,
        columns: ['类别', '管线', '实测 m', '限值 m'],
        row: ROWS.clearance,
      },
      defects: {
        title: '管网数据缺陷报告',
        table: '缺陷',
        roles: ROLES.defects,
        columns: ['级别', '规则', '专业', '管段', '管点', '说明'],
        row: ROWS.defects,
      },
      risk: {
        title: '管龄与风险排序',
        table: '风险由高到低',
        roles: ROLES.risk,
        columns: ['阶段', '管段', '专业', '规格', '材质', '年代', '管龄', '寿命', '影响 L/s', '得分'],
        row: ROWS.risk,
      },
      pollution: {
        title: '污染源候选',
        table: '候选管点（由近到远）',
        roles: ROLES.pollution,
        columns: ['管点', '类型', '流行时间（分钟）'],
        row: ROWS.pollution,
      },
    },
    role: {
      ...SHARED.zh,
      customer: '用户',
      error: '错误',
      warning: '可疑',
      note: '提示',
      junction: '节点',
      other: '其他',
      residential: '住宅',
      house: '民房',
      hospital: '医院',
      school: '学校',
      public: '公共',
      office: '办公',
      commercial: '商业',
      industrial: '工业',
      warehouse: '仓储',
      agricultural: '农业',
      religious: '宗教',
      garage: '车库',
    },
    figure: { ...wordsIn(FIGURE_WORDS, 'zh'), shown: '列出' },
  },
  en: {
    guessed: ' (guessed)',
    more: 'not listed:',
    groups: 'Counts',
    groupColumns: ['kind', 'count'],
    how: { hit: 'in the hole', below: 'below its floor', beside: 'in the protected strip' },
    dig: {
      title: 'Road-opening permit: pipes concerned',
      subject: 'Annex to a road-opening permit: underground pipes and how to protect them',
      kind: 'Kind',
      kinds: { trench: 'trench', pit: 'pit', pile: 'pile or borehole' },
      road: 'Road',
      place: 'First point',
      extent: 'Size in plan',
      depth: 'Depth',
      found: 'Pipes',
      counts: (hit, below, beside) => `${hit} in the hole, ${below} below it, ${beside} in the protected strip`,
      estimated: 'Of guessed depth',
      owners: 'Owners',
      table: 'Pipes concerned',
      columns: [
        '#',
        'utility',
        'pipe',
        'owner',
        'size, material',
        'year',
        'cover m',
        'where',
        'distance m',
        'condition (distance)',
      ],
      verdict: {
        stop: 'Pipes lie in the hole: move or protect them, or change the plan, and have the owners sign before work begins.',
        care: 'Pipes lie in the protected strip: dig by hand, protect them, and have the owners brief the crew before work begins.',
        free: 'No pipe of the data is touched. Search on site all the same; stop and report when an unknown pipe is found.',
      },
      signs: ['Applicant', 'Contractor', 'Road authority'],
    },
    plain: {
      burst: {
        title: 'Burst: what to close and who has no water',
        table: 'Valves to close, buildings and hydrants without water',
        roles: ROLES.burst,
        columns: ['kind', 'id', 'name', 'use', 'people'],
        row: ROWS.burst,
      },
      trace: {
        title: 'Trace report',
        table: 'Ends',
        roles: ROLES.trace,
        columns: ['node', 'kind', 'minutes'],
        row: ROWS.trace,
      },
      clearance: {
        title: 'Clearance report',
        table: 'Too close, worst first',
        roles: ROLES.clearance,
        columns: ['rule', 'pipes', 'found m', 'least m'],
        row: ROWS.clearance,
      },
      defects: {
        title: 'Defects of the network data',
        table: 'Defects',
        roles: ROLES.defects,
        columns: ['severity', 'rule', 'utility', 'pipes', 'nodes', 'found and expected'],
        row: ROWS.defects,
      },
      risk: {
        title: 'Age and risk',
        table: 'By risk, highest first',
        roles: ROLES.risk,
        columns: ['stage', 'pipe', 'utility', 'size', 'material', 'year', 'age', 'life', 'L/s lost', 'score'],
        row: ROWS.risk,
      },
      pollution: {
        title: 'Where pollution may have got in',
        table: 'Candidates, nearest first',
        roles: ROLES.pollution,
        columns: ['node', 'kind', 'minutes'],
        row: ROWS.pollution,
      },
    },
    role: { ...SHARED.en, customer: 'building' },
    figure: { ...wordsIn(FIGURE_WORDS, 'en'), shown: 'Listed' },
  },
}
