/** What columns are called, in Chinese and English: the dictionary behind the guess of what each column means. */

/** What a column can mean to a network. */
export const ROLES = [
  'id',
  'from',
  'to',
  'x',
  'y',
  'xFrom',
  'yFrom',
  'xTo',
  'yTo',
  'utility',
  'kind',
  'size',
  'width',
  'height',
  'section',
  'material',
  'year',
  'depth',
  'depthFrom',
  'depthTo',
  'zFrom',
  'zTo',
  'invertFrom',
  'invertTo',
  'crownFrom',
  'crownTo',
  'groundFrom',
  'groundTo',
  'ground',
  'top',
  'bottom',
  'shaftDepth',
  'length',
  'flow',
  'pressure',
  'owner',
  'status',
  'laying',
  'name',
  'closed',
] as const
/** A meaning. */
export type Role = (typeof ROLES)[number]

/** Patterns of folded names (lower case, no blanks, no marks, no units), the surest first. */
export const COLUMN_WORDS: Record<Role, RegExp> = {
  from: /^(上流(側)?(人孔|マンホール)(番号)?|schacht(oben|von|anfang)|(von|anfangs)schacht|beginput|beginknoop(punt)?|(noeud|regard)(amont|debut)|(管线|管段|管道)?(起|始|首)(点|始|端)?(管线|管|节|连接)?(点号|编号|点编号|井号|井编号|号|点物探号|物探点号|物探号|外业点号|点名|id)|起点|起始点|上游(管)?(点|井)?(点号|编号|号|井)?|上点号|本点(点?号|编号)|s(tart)?(point|node|id|nodeid|mh|manhole|no|junction)|start|from(node|id|nodeid|mh|point|manhole|junction)?|f(_)?node|node1|inletnode|upstream(node|mh|manhole|id)?|us(node|mh|nodeid|manhole)(id)?|up(node|mh)|startid|qddh|qdbh|spid)$/,
  to: /^(下流(側)?(人孔|マンホール)(番号)?|schacht(unten|bis|ende)|(bis|end)schacht|eindput|eindknoop(punt)?|(noeud|regard)(aval|fin)|(管线|管段|管道)?(终|止|讫|末)(点|止|端)?(管线|管|节|连接)?(点号|编号|点编号|井号|井编号|号|点物探号|物探点号|物探号|外业点号|点名|id)|终点|止点|终止点|下游(管)?(点|井)?(点号|编号|号|井)?|下点号|连接?(方向|方向点号|管点号?|物探点号|号|点号|点编号|点)|对方点号|e(nd)?(point|node|id|nodeid|mh|manhole|no|junction)|end|to(node|id|nodeid|mh|point|manhole|junction)?|t(_)?node|node2|outletnode|downstream(node|mh|manhole|id)?|ds(node|mh|nodeid|manhole)(id)?|down?(node|mh)|endid|zddh|zdbh|epid)$/,
  xFrom: /^((起点?|起始点?)(坐标)?(x|横)(坐标)?|x1|xstart|startx|fromx|usx|xfrom|起点经度|sx)$/,
  yFrom: /^((起点?|起始点?)(坐标)?(y|纵)(坐标)?|y1|ystart|starty|fromy|usy|yfrom|起点纬度|sy)$/,
  xTo: /^((终|止)[点止]?点?(坐标)?(x|横)(坐标)?|x2|xend|endx|tox|dsx|xto|终点经度|ex)$/,
  yTo: /^((终|止)[点止]?点?(坐标)?(y|纵)(坐标)?|y2|yend|endy|toy|dsy|yto|终点纬度|ey)$/,
  x: /^(x|x坐标|(平面|管点|测量|大地)?坐标值?x|(平面|管点|点位)x坐标?|横坐标|横坐标[xy]|[xy]横坐标|经度|东坐标|east(ing)?|lon|lng|long|longitude|xcoord(inate)?|pointx|coordx)$/,
  y: /^(y|y坐标|(平面|管点|测量|大地)?坐标值?y|(平面|管点|点位)y坐标?|纵坐标|纵坐标[xy]|[xy]纵坐标|纬度|北坐标|north(ing)?|lat|latitude|ycoord(inate)?|pointy|coordy)$/,
  depthFrom:
    /^(上流(側)?土被り?|(起|始)(点|始|端|始点)?(管线|管|管点)?(埋深|埋设深度|深度|管?顶埋深|管?底埋深|(内|外)底埋深|管深|覆土(深度|厚度)?|中心埋深)|s(tart)?deep|s(tart)?depth|depth1|usdepth|depthfrom|fromdepth|updepth|qdms|上游(管底)?埋深)$/,
  depthTo:
    /^(下流(側)?土被り?|(终|止|末)(点|止|端|止点)?(管线|管|管点)?(埋深|埋设深度|深度|管?顶埋深|管?底埋深|(内|外)底埋深|管深|覆土(深度|厚度)?|中心埋深)|e(nd)?deep|e(nd)?depth|depth2|dsdepth|depthto|todepth|dndepth|zdms|下游(管底)?埋深)$/,
  invertFrom:
    /^(上流(側)?管底(高さ?|標高)?|sohl(e|höhe|hoehe)(oben|von|anfang)|bobbegin(punt)?(leiding)?|beginbob|(cote)?(radier|fileau)amont|(起|始)(点|始|端|始点)?(管线?)?(内|外)?底(高程|标高)|上游(管)?(内)?底(高程|标高)|(us|up|upstream|start|from)(stream)?(il|inv|invert|invertel|invertelev|invertelevation|invertlevel)|(inv|invert|il)(up|us|start|from|1|upstream)|upinv(ert)?|upelev(ation)?|inverted?1)$/,
  invertTo:
    /^(下流(側)?管底(高さ?|標高)?|sohl(e|höhe|hoehe)(unten|bis|ende)|bobeind(punt)?(leiding)?|eindbob|(cote)?(radier|fileau)aval|(终|止|末)(点|止|端|止点)?(管线?)?(内|外)?底(高程|标高)|下游(管)?(内)?底(高程|标高)|(ds|dn|down|downstream|end|to)(stream)?(il|inv|invert|invertel|invertelev|invertelevation|invertlevel)|(inv|invert|il)(dn|ds|down|end|to|2|downstream)|dninv(ert)?|(down|dn)elev(ation)?|inverted?2)$/,
  crownFrom:
    /^(管线?(外)?顶(高程|标高)|(起|始)(点|始|端|始点)?(管线?)?(内|外)?顶(高程|标高)|上游(管)?顶(高程|标高)|(us|up|start|from)(crown|soffit|obvert)|(crown|soffit|obvert)(1|up|us|start|from))$/,
  crownTo:
    /^((终|止|末)(点|止|端|止点)?(管线?)?(内|外)?顶(高程|标高)|下游(管)?顶(高程|标高)|(ds|dn|down|end|to)(crown|soffit|obvert)|(crown|soffit|obvert)(2|dn|ds|end|to))$/,
  groundFrom:
    /^((起|始)(点|始|端|始点)?(地面|地表|井盖|井口)(高程|标高)|上游地面(高程|标高)|(us|up|start|from)(ground|rim|gl|surface)(level|elev|elevation)?|ground1|sground)$/,
  groundTo:
    /^((终|止|末)(点|止|端|止点)?(地面|地表|井盖|井口)(高程|标高)|下游地面(高程|标高)|(ds|dn|end|to)(ground|rim|gl|surface)(level|elev|elevation)?|ground2|eground)$/,
  zFrom:
    /^((起|始)(点|始|端|始点)?(管线)?(点)?(高程|标高)|z1|zfrom|zstart|startz|s(tart)?(h|elev|elevation|height|level)|qdgc|elev(ation)?1)$/,
  zTo: /^((终|止|末)(点|止|端|止点)?(管线)?(点)?(高程|标高)|z2|zto|zend|endz|e(nd)?(h|elev|elevation|height|level)|zdgc|elev(ation)?2)$/,
  depth:
    /^((平均)?土被り?|überdeckung|埋深|平均埋深|埋设深度|管顶埋深|管底埋深|管顶覆土|覆土(厚度|深度)?|管线?埋深|中心埋深|(burial)?depth|buri(al|ed)depth|cover(depth)?|deep|ms|depthm|depthofcover)$/,
  bottom:
    /^(井底(高程|标高)|井内底(高程|标高)|管底(高程|标高)|底高程|invert(el|elev|elevation|level)?|inv(elev)?|il|bottom(level|elev|elevation)?|jdgc|sump(level)?)$/,
  shaftDepth: /^(井深|井底深度?|井底埋深|(max|shaft|manhole|mh|sump|pit)?depth|js|jdms|wellde(ep|pth))$/,
  top: /^(井盖(高程|标高)|top(level|elev|elevation)?|toc)$/,
  ground:
    /^(地盤高|deckelhöhe|deckelhoehe|maaiveld(hoogte)?|cotetn|cotetampon|(管点|点)?地面(高程|标高)|地表(高程|标高)|地面高|井(口|面)(高程|标高)|高程|标高|ground(level|elev|elevation|el)?|gl|rim(elev|elevation|level|el)?|surface(h|elev|elevation|level)?|cover(level|elev|elevation)|cl|elev|elevation|dmgc|gc|h|z|sufh|surfh)$/,
  kind: /^((管点)?附属(物|设施)(名称|类型|编码)?|特征(点)?(名称|类型)?|点特征|管点(特征|类型|类别|种类|性质)|点(类型|类别|性)|井(类型|类别)|feature(type)?|subsid|nodetype|node?kind|kind|asset(type)?|fsw|tz|fittingtype|assettype|structure(type)?|type|子类|设施类型)$/,
  size: /^(管渠?径|呼び径|durchmesser|nennweite|profil(höhe|hoehe)|leidingdiameter|diam[eè]tre|管径(或断面尺寸|断面|断面尺寸|规格|尺寸|mm|宽x高|或宽高)?|管线?(直径|大小)|(管沟|管块|沟道|管道)?断面(尺寸|规格|大小)|规格|管道规格|管线规格|直径|公称直径|口径|内径|外径|(nominal|inner|inside|internal|outer|pipe|main|nom|int|ext|outside)?(diam(eter)?|dia|size|dn|bore)|d(s|n)|psize|pipesize|gj|dsize|diametermm|井径|井直径|井室直径|管径(dn)?)$/,
  width: /^((断面)?(尺寸)?宽(度)?|管宽|沟宽|(pipe|box|section)?width|w)$/,
  height: /^((断面)(尺寸)?高(度)?|管高|沟高|(pipe|box|section)?height)$/,
  section:
    /^((断面|截面|管道?断面|管形)(形状|类型|形式|种类)?|(cross)?section(shape|type)?|x(s|sect|section)|shape|pipeshape|mainshape|xsectshape)$/,
  material:
    /^(管種|werkstoff|materiaal|mat[eé]riau|材质|管材|管道材质|管线材质|管(道)?材料|材料|mat(erial|l|erialtype|type)?|pipemat(erial|l)?|cz|mainmaterial)$/,
  year: /^((施工|布設|敷設|竣工)年度?|baujahr|aanlegjaar|jaarvanaanleg|ann[eé]e(depose|pose)?|datepose|(埋设|建设|敷设|铺设|安装|竣工|施工|建成|建造|完工|投运|投用)(年代|年份|日期|时间|年度|年)|年代|年份|(year|install(ed|ation)?|built|construct(ion|ed)|laid|lay|commission(ed)?|asbuilt)(year|yr|date|ed)?|yr|(year|date)(of)?(install(ed|ation)?|laid|built|construct(ed|ion)|inst)|instdate|instyear|instyr|installda|mdate|bdate|jsnd|msnd|sdate|yearbuilt|yearlaid)$/,
  length:
    /^(长度|管长|管段长(度)?|管线长(度)?|(pipe|shape|main|conduit|calc)?(length|leng|len)(m|ft)?|shapelen|stlength(shape)?|l)$/,
  flow: /^(流向|水流方向|流动方式|排水方式|flow(dir(ection)?|type)?|gravity|lx)$/,
  pressure:
    /^(压力(等级|级别|值|类型)?|压力电压|电压(等级|值|压力)?|电压或压力|压力或电压|pressure(class|rating|zone)?|voltage|pressuretype|yl|dy)$/,
  owner:
    /^(权属(单位|人|者|代码)?|产权(单位|人)?|管理单位|管养单位|所有者|owner(ship)?|ownedby|maintainedby|belong|operator|qsdw|utilityowner)$/,
  status:
    /^((使用|运行|管线|设施|管道)?(状态|状况|现状)|废弃标识|(life ?cycle)?status|state|condition|lifecyclestatus|opstatus|syzt|used)$/,
  laying:
    /^(埋设(方式|类型|形式)|敷设(方式|类型|形式)|铺设(方式|类型)|laying|emb(ed)?(type)?|placement|layingtype|msfs|msl?x)$/,
  name: /^(名称|管线名称|路名|道路(名称?)?|所在道路|所在位置|街道|地址|name|street(name)?|road(name)?|address|location|szdl)$/,
  utility:
    /^(管线(种类|类型|类别|大类|小类|性质|代码|类)|管(类|种|类别|道类型|道类别|网类型)|排水(类型|类别|性质)|(管道)?用途|类别(代码)?|专业(类型)?|介质|要素(名称|代码)|管线代码|输送介质|medium|utility(type)?|network(type)?|system(type)?|service(type)?|watercateg(ory)?|pipeclass|sewertype|category|class|gxlb|gxzl|pipetype|watertype|layer|type|drainagetype|systemuse|usage)$/,
  closed: /^(开关状态|阀门状态|开闭状态|valvestatus|closed|normallyclosed|openclosed|currentstatus)$/,
  id: /^(管(渠|路)?番号|人孔番号|haltung(snr|sname|sbezeichnung)?|schacht(nr|name)?|leidingid|(管线|管段|管道|线段|管点|管线点|特征点|节点|井|检查井|设施|探测点|点|线|外业点|物探点|图上点|测量点|测点|本点|上点)?(编号|编码|点号|号|号码|标识码|代码)|序号|物探点号|管线点号|图上点号|唯一编号|(pipe|main|conduit|link|line|sewer|edge|asset|facility|feature|node|manhole|mh|junction|valve|hydrant|point|object|segment|unit|global|g|o|f|u)?(id|no|num|number|code|key|name|ref|ident|identifier)|bsm|gxbh|gdbh|wtdh|dh|expno|mapno|mslink|ogcfid|assetid|facilityid|uuid|lineid|exp|pointid|gml_?id)$/,
}

/** Columns that name nothing but the row, taken as ids only when there is no better. */
export const POOR_IDS = /^(序号|objectid|fid|ogcfid|gid|mslink|oid)$/

/** Column name without blanks, marks and units, in lower case: `起点 埋深(m)` → `起点埋深`. */
export function folded(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[_ ](mm|cm|m|ft|in)$/, '')
    .replace(/(?<=[\u4e00-\u9fff])(mm|cm|m)$/, '')
    .replace(/[([{（【<](?:单位[:：]?)?(mm|cm|m|米|毫米|厘米|年|in|ft|inch|mpa|kv|kpa|%|‰|m2)[)\]}）】>]/g, '')
    .replace(/[\s_\-./\\:：、,，()（）[\]【】#*'"]/g, '')
}

/** The unit in a column's name, metres per unit; null when there is none. */
export function unitInName(name: string): number | null {
  const text = name.normalize('NFKC').toLowerCase().replace('单位', '').replace(':', '')
  const inside = /[([【](mm|毫米|cm|厘米|in|inch|inches|英寸|ft|feet|m|米)[)\]】]/.exec(text)?.[1] ?? ''
  if (/^(mm|毫米)$/.test(inside) || /[([/_ ](mm|毫米)[)\]]?\s*$|毫米|[a-z\u4e00-\u9fff]_?mm$/.test(text)) return 0.001
  if (/^(cm|厘米)$/.test(inside) || /[([/_ ](cm|厘米)[)\]]?\s*$|厘米|[\u4e00-\u9fff]cm$/.test(text)) return 0.01
  if (/^in/.test(inside) || /[([/_ ](in|inch|inches)[)\]]?\s*$|英寸/.test(text)) return 0.0254
  if (/^f/.test(inside) || /[([/_ ](ft|feet)[)\]]?\s*$|[a-z]_ft$/.test(text)) return 0.3048
  return /^(m|米)$/.test(inside) || /[([/ ](m|米)[)\]]?\s*$|_m$|[\u4e00-\u9fff]m$/.test(text) ? 1 : null
}
