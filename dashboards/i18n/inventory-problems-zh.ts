// What the collector says of a wrong inventory, in Chinese. A sentence that is not known here stays as it came.

/** The sentence, or the first one that it matches put into Chinese. */
export function problemInChinese(message: string): string {
  for (const [pattern, words] of SENTENCES) {
    const found = pattern.exec(message);
    if (found) return words.replace(/\$(\d)/g, (_, at: string) => expectedInChinese(found[Number(at)] ?? ""));
  }
  return message;
}

function expectedInChinese(text: string): string {
  return EXPECTED[text] ?? text;
}

/** What is expected, where that is said in words; lists of choices stay as they are written in the files. */
const EXPECTED: Readonly<Record<string, string>> = {
  "a date such as 2026-09-01": "日期，如 2026-09-01",
  "a whole number of students": "学生数（整数）",
  "a whole number of seats": "座位数（整数）",
  "square metres above 0": "大于 0 的平方米数",
  "dBm from -120 to 0": "-120 至 0 的 dBm 值",
  "Mbit/s above 0": "大于 0 的 Mbit/s 值",
  "the ten digits of the school code": "十位学校标识码",
  "a county's six-digit code": "县的六位区划代码",
  "the school's name": "学校名称",
  "a school's id": "学校标识码",
  "an agent's id": "代理编号",
  "an id": "编号",
  "a device's id": "设备编号",
  "a venue's id": "场所编号",
  "what it is, for example ap": "设备类型，如 ap",
  "what readings call it: a target's id, a serial or a MAC": "数据标识：目标编号、序列号或 MAC 地址",
  "the zone's name": "功能区名称",
  "the name of the campus or teaching point": "校区或教学点名称",
  "a county's code or a school's id": "县的代码或学校标识码",
  "*, a region code or a school's id": "*、区划代码或学校标识码",
  "the document that says so": "依据文件",
  "the beginning": "最初",
  "further notice": "今后",
};

/** The first that matches is taken, so what is special stands before what is general. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^is empty, expected the header (.+)$/, "没有内容，第一行应为列名 $1"],
  [/^is empty, expected (.+)$/, "不能为空，应填：$1"],
  [/^is empty beside a level$/, "填了电平，也须填走测日期"],
  [/^is empty beside a date$/, "填了走测日期，也须填电平"],
  [/^is "(.*)", expected (\d+-) and a suffix$/, "“$1”不对，应为 $2 加后缀"],
  [/^is "", expected (.+)$/, "不能为空，应为：$1"],
  [/^is "(.*)", expected (.+)$/, "“$1”不对，应为：$2"],
  [/^"(.*)" is not in (\S+)$/, "“$1”不在 $2 中"],
  [/^"(.*)" is there already, ids are unique$/, "编号“$1”重复"],
  [/^"(.*)" is the key of (.+) already, keys are unique in a school$/, "数据标识“$1”已属于 $2，同一学校内不得重复"],
  [/^"(.*)" belongs to school (\S+), the device to (\S+)$/, "“$1”属于学校 $2，而设备属于 $3"],
  [/^"(.*)" belongs to school (\S+)$/, "“$1”属于另一所学校 $2"],
  [/^"(.*)" rolls up to county (\S+), the school stands in (\S+)$/, "功能区“$1”归入 $2，而学校在 $3"],
  [/^(.+) is a circle, expected a path that ends$/, "上级关系成了循环：$1"],
  [/^(.+) serving (.+) is there already$/, "$1 覆盖 $2 重复出现"],
  [/^"(.*)" is neither \*, nor a region code, nor a school's id$/, "“$1”既不是 *，也不是区划代码或学校标识码"],
  [/^"(.*)" is neither a county's code nor a school's id of schools\.csv$/, "“$1”既不是县的代码，也不是台账中的学校"],
  [/^"(.*)" is a county, expected the id of a rural school$/, "“$1”是县，这里应填乡村学校的标识码"],
  [/^"(.*)" is in (.+) already from (.+) to (.+)$/, "“$1”在 $3 至 $4 已属于 $2"],
  [/^"(.*)" is not a school code, expected ten digits.*$/, "“$1”不是学校标识码，应为十位数字（Excel 中设为文本格式）"],
  [/^"(.*)" begins with (\d+), expected (.+)$/, "“$1”以 $2 开头，应为 $3 之一"],
  [/^"(.*)" has province digits (\d+), expected (\d+).*$/, "“$1”第三、四位是 $2，应为 $3"],
  [/^"(.*)" is not the code of a county.*$/, "“$1”不是县的区划代码，应为如 330106 的六位数字"],
  [/^"(.*)" is not an id, expected.*$/, "“$1”不能作编号：最多 64 个字符，不含空格和 / ? # % \\"],
  [/^"(.*)" is not an agent's id.*$/, "“$1”不能作代理编号：只用字母、数字、点、短横线和下划线，最多 64 个"],
  [/^"(.*)" is not a lower-case word$/, "“$1”不对，应为小写英文词"],
  [/^"(.*)" is not a range.*$/, "“$1”不是时间段，应依次填写，如 08:00-12:00 13:00-17:00"],
  [/^"(.*)" does not begin and end on five minutes$/, "“$1”的起止时间应为五分钟的整数倍"],
  [/^is before (\S+)$/, "早于 $1"],
  [/^is said of new_space only, the kind is (.+)$/, "只有新型教学空间（new_space）才填，类型是 $1"],
  [/^is said of a device with role egress only$/, "只有作用为出口（egress）的设备才填"],
  [/^is said of an uplink_interface, which is empty$/, "须先填出口接口（uplink_interface）"],
  [/^is said of an area_code, which is empty$/, "须先填城乡分类代码（area_code）"],
  [/^has (\d+) cells, expected (\d+) as in the header$/, "有 $1 个单元格，表头有 $2 列"],
  [/^column "(.*)" is unknown, expected (.+)$/, "不认识列“$1”，应为 $2"],
  [/^column (\S+) is missing$/, "缺少列 $1"],
  [/^column (\S+) is there twice$/, "列 $1 重复"],
  [/^columns are separated by "(.)".*$/, "列以“$1”分隔，应为英文逗号（Excel 中另存为“CSV UTF-8”）"],
  [/^is missing$/, "缺少"],
  [/^is not an inventory file, expected (.+)$/, "不是台账文件，文件名应为 $1"],
  [/^is no sheet of an inventory, expected (.+)$/, "不是台账的工作表，名称应为 $1"],
  [/^is there twice: (.+)$/, "重复：$1"],
  [/^is not UTF-8.*$/, "编码不是 UTF-8（可能是 GBK），请在 Excel 中另存为“CSV UTF-8”"],
  [/^is (#.+), the error of a formula$/, "是公式错误 $1"],
  [
    /^is the number (.+), of which Excel keeps only 15 digits.*$/,
    "是数字 $1，Excel 只保留 15 位，请设为文本格式后重新填写",
  ],
  [/^is the date (.+), expected a text cell$/, "被 Excel 变成了日期 $1，请设为文本格式后重新填写"],
  [/^is the truth value (.+), expected a text cell$/, "是逻辑值 $1，请设为文本格式"],
  [/^is (.+), expected a date only$/, "是 $1，只应填日期"],
  [/^is a date that does not exist$/, "不是存在的日期"],
  [/^there is no row "(.*)"$/, "台账中已没有这一行“$1”"],
  [/^row "(.*)" is there already$/, "已有同名的行“$1”"],
  [/^(.+) is there already$/, "重复：$1"],
];
