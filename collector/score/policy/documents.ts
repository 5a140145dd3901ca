// The five policy documents that targets come from, by the first letter of a target's id.

export interface PolicyDocument {
  prefix: "A" | "B" | "C" | "D" | "E";
  /** As written in targets.csv: number, title and where it was published, as far as there are any. */
  text: string;
  /** `浙教技中心〔2021〕120号`; absent for a document without a number. */
  number?: string;
  /** With its title marks. */
  title: string;
  /** A day, or a month where no day is known. Groups are judged on the list valid then. Absent: not known. */
  issued?: string;
  /** The year that its trends count from; absent where it names none. */
  baselineYear?: number;
  /** Facts, not targets: its rows may be without a deadline. */
  isFacts: boolean;
}

const ALL: readonly PolicyDocument[] = [
  {
    prefix: "A",
    text: "浙教技中心〔2021〕120号《教育技术助力高质量发展建设共同富裕示范区实施方案（2021—2025年）》",
    number: "浙教技中心〔2021〕120号",
    title: "《教育技术助力高质量发展建设共同富裕示范区实施方案（2021—2025年）》",
    issued: "2021-11-25",
    baselineYear: 2021,
    isFacts: false,
  },
  {
    prefix: "B",
    text: "《浙江省教育信息化“十四五”发展计划》",
    title: "《浙江省教育信息化“十四五”发展计划》",
    isFacts: false,
  },
  {
    prefix: "C",
    text: "《浙江省以教育数字化促进教育现代化》（中国教育在线转浙江省教育厅，2022-08-01）",
    title: "《浙江省以教育数字化促进教育现代化》",
    issued: "2022-08-01",
    isFacts: true,
  },
  {
    prefix: "D",
    text: "《浙江省数字教育高质量发展行动计划（2024—2027年）》",
    title: "《浙江省数字教育高质量发展行动计划（2024—2027年）》",
    issued: "2024-01",
    isFacts: false,
  },
  {
    prefix: "E",
    text: "浙教办技〔2019〕38号《关于开展区域和学校整体推进智慧教育综合试点的通知》",
    number: "浙教办技〔2019〕38号",
    title: "《关于开展区域和学校整体推进智慧教育综合试点的通知》",
    issued: "2019-04-23",
    isFacts: false,
  },
];

export const DOCUMENTS: readonly PolicyDocument[] = ALL.map((document) => Object.freeze(document));
