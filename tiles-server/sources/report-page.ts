/** A printable page: title, label, facts, a map, tables, how it was found, where the data came from, places to sign. No scripts. */
import type { Words } from '../../data/networks/network-words.ts'

/** The language of a page. */
export type Language = 'zh' | 'en'

/** A table with its heading; cells are plain text. */
export interface ReportTable {
  title: string
  columns: string[]
  rows: string[][]
  /** said below: how many more there are */
  note?: string
}

/** What a page holds. Everything is plain text but `map`, which is SVG made here. */
export interface Report {
  language: Language
  title: string
  /** what was asked, in one line */
  subject: string
  /** generated data is said so in large letters */
  synthetic: boolean
  facts: [name: string, value: string][]
  map: string
  /** what follows from it, in bold */
  verdict?: { text: string; level: 'stop' | 'care' | 'free' }
  tables: ReportTable[]
  method: Words
  limits: Words
  /** title, attribution, date of the data */
  sources: { title: string; attribution: string; dataDate: string | null }[]
  /** who must sign */
  signatures: string[]
  /** ISO 8601 */
  at: string
}

const WORDS = {
  zh: {
    demo: '演示数据 · 不得用于实际审批',
    facts: '基本情况',
    map: '位置示意图',
    method: '方法',
    limits: '已知误差与局限',
    sources: '数据来源',
    dated: '数据日期',
    unknown: '未注明',
    made: '生成时间',
    sign: '会签',
    signature: '签字（盖章）',
    date: '日期',
    print: '打印：Ctrl + P',
  },
  en: {
    demo: 'DEMONSTRATION DATA · not for a real permit',
    facts: 'Facts',
    map: 'Map',
    method: 'Method',
    limits: 'Known error and limits',
    sources: 'Sources',
    dated: 'data of',
    unknown: 'date not given',
    made: 'made',
    sign: 'To be signed by',
    signature: 'signature, stamp',
    date: 'date',
    print: 'Print: Ctrl + P',
  },
} as const

/** Text as HTML. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const STYLE = `
:root { color-scheme: light; font: 10.5pt/1.55 "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; color: #1b2530; }
body { max-width: 190mm; margin: 10mm auto; padding: 0 5mm; background: #fff; }
h1 { margin: 0; font-size: 18pt; text-align: center; letter-spacing: 0.05em; }
h2 { margin: 6mm 0 2mm; padding-left: 3mm; border-left: 1.2mm solid #0f8f86; font-size: 12pt; }
.subject { margin: 1mm 0 4mm; text-align: center; color: #445464; }
.demo { margin: 0 0 4mm; padding: 1.5mm; border: 0.5mm solid #c0392b; color: #c0392b; font-weight: 700; text-align: center; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 1mm 1.8mm; border: 0.2mm solid #9aa7b4; text-align: left; vertical-align: top; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
th { background: #eef2f5; font-weight: 600; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
table:not(.facts):not(.sign) :is(th, td):nth-child(-n + 2) { white-space: nowrap; }
.facts th { width: 17%; }
.facts td { width: 33%; }
.verdict { margin: 4mm 0; padding: 2.5mm 4mm; border: 0.5mm solid; font-weight: 700; }
.stop { border-color: #c0392b; background: #fdf0ee; } .care { border-color: #c77700; background: #fff7e8; } .free { border-color: #2e7d4f; background: #eef8f1; }
figure { margin: 0; break-inside: avoid; } svg { display: block; width: 100%; height: auto; border: 0.2mm solid #9aa7b4; }
.note { color: #445464; font-size: 9pt; }
.sign td { height: 16mm; }
@media print { @page { size: A4; margin: 12mm; } body { margin: 0; max-width: none; padding: 0; } .screen { display: none; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`

function tableOf({ title, columns, rows, note }: ReportTable): string {
  const head = columns.map((name) => `<th>${escaped(name)}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('')
  return `<h2>${escaped(title)}</h2><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>${
    note ? `<p class="note">${escaped(note)}</p>` : ''
  }`
}

function factsOf(facts: Report['facts']): string {
  const cells = facts.map(([name, value]) => `<th>${escaped(name)}</th><td>${escaped(value)}</td>`)
  const rows: string[] = []
  for (let i = 0; i < cells.length; i += 2) rows.push(`<tr>${cells[i]}${cells[i + 1] ?? '<th></th><td></td>'}</tr>`)
  return `<table class="facts"><tbody>${rows.join('')}</tbody></table>`
}

/** The page as HTML. */
export function reportPage(report: Report): string {
  const { language, sources } = report
  const words = WORDS[language]
  const places = report.signatures.map((name) => `<tr><th>${escaped(name)}</th><td></td><td></td></tr>`).join('')
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><title>${escaped(report.title)}</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>
${report.synthetic ? `<p class="demo">${words.demo}</p>` : ''}
<h1>${escaped(report.title)}</h1><p class="subject">${escaped(report.subject)}</p>
<h2>${words.facts}</h2>${factsOf(report.facts)}
${report.verdict ? `<p class="verdict ${report.verdict.level}">${escaped(report.verdict.text)}</p>` : ''}
<h2>${words.map}</h2><figure>${report.map}</figure>
${report.tables.map(tableOf).join('\n')}
${
  places
    ? `<h2>${words.sign}</h2><table class="sign"><thead><tr><th></th><th>${words.signature}</th><th>${words.date}</th></tr></thead><tbody>${places}</tbody></table>`
    : ''
}
<h2>${words.method}</h2><p>${escaped(report.method[language])}</p>
<h2>${words.limits}</h2><p>${escaped(report.limits[language])}</p>
<h2>${words.sources}</h2>${sources
    .map(
      ({ title, attribution, dataDate }) =>
        `<p>${escaped(title)} · ${words.dated} ${escaped(dataDate ?? words.unknown)}<br><span class="note">${escaped(attribution)}</span></p>`,
    )
    .join('')}
<p class="note">${words.made} ${escaped(report.at)} · Tidewall <span class="screen">· ${words.print}</span></p>
</body></html>`
}
