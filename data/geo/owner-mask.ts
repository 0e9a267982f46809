/** Names of owners as they may be shown: organisations in full, persons by their family name only. */

const ORGANISATION =
  /公司|集团|银行|学校|大学|医院|中心|委员会|居委|村委|政府|人民|办公室|[局厅部院所站厂店社会队处馆]$|合作社|基金|协会|事务所|\b(ltd|inc|llc|gmbh|co|corp|bank|university|authority|council|company)\b/i
const COMPOUND =
  /^(欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|令狐)/

function maskOne(name: string): string {
  const bare = name.trim().replace(/[（(].*$/, '')
  if (bare === '') return ''
  if (ORGANISATION.test(bare)) return bare
  if (/\p{Script=Han}/u.test(bare)) return `${COMPOUND.exec(bare)?.[1] ?? [...bare][0]}*`
  // an initial tells less than a family name and is of either order
  return `${[...bare][0].toUpperCase()}*`
}

/**
 * Masks a list of owners: `张三、椒江区城投公司` → `张*、椒江区城投公司`. Numbers of identity cards and telephones go altogether.
 * @param text names between `、 , ; /`; an already masked name stays masked
 */
export function maskOwners(text: string): string {
  return text
    .replace(/[\dXx]{11,18}/g, '')
    .split(/[、,，;；/]/)
    .map(maskOne)
    .filter((name) => name !== '')
    .join('、')
}
