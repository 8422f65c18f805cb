// Reads a YAML text and reports its errors by line. The reports never quote the text, because it may hold secrets.

import {
  type ErrorCode,
  isAlias,
  isCollection,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';

export interface ReadYaml {
  /** Undefined for an empty text, and where there are complaints. */
  readonly contents: Node | undefined;
  /** A sentence each, prefixed with the line. */
  readonly complaints: readonly string[];
  readonly lineAt: (offset: number) => number;
  /** The value of a node as plain data. */
  readonly plain: (node: unknown) => unknown;
}

interface Flaw {
  readonly offset: number;
  readonly sentence: string;
}

const indentation = 'the indentation is wrong; indent with spaces, never with tabs';
const brackets = 'a bracket, a comma or a quote is missing or is one too many';
const quotes = 'put the text in single quotes';

/** Our message for each error code of the parser, because its own messages quote the text. */
const sentences: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_ALIAS: `a text that begins with * is an alias in YAML: ${quotes}`,
  BAD_DIRECTIVE: `a line that begins with % is a directive in YAML: remove it, or ${quotes}`,
  BAD_DQ_ESCAPE: `a backslash in double quotes begins an unknown escape: ${quotes}`,
  BAD_INDENT: `${indentation}, and close every bracket`,
  BAD_SCALAR_START: `a text cannot begin with @, % or a backtick: ${quotes}`,
  BLOCK_AS_IMPLICIT_KEY: `an unexpected key: ${indentation}; if a text contains a colon, ${quotes}`,
  BLOCK_IN_FLOW: brackets,
  DUPLICATE_KEY: 'duplicate key: keep one of them',
  MISSING_CHAR: 'a closing quote or bracket is missing, or the space after a colon',
  MULTILINE_IMPLICIT_KEY: `${indentation}, or a quote is not closed`,
  MULTIPLE_ANCHORS: `a text that begins with & is an anchor in YAML: ${quotes}`,
  MULTIPLE_DOCS: 'a second document begins here: keep one in the file',
  MULTIPLE_TAGS: `a text that begins with ! is a tag in YAML: ${quotes}`,
  TAB_AS_INDENT: indentation,
  TAG_RESOLVE_FAILED: `a text that begins with ! is a tag in YAML, and this one is unknown: ${quotes}`,
  UNEXPECTED_TOKEN: brackets,
};

const otherFlaw = 'this is not valid YAML';

export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // The parser only warns about an unknown tag, and then ignores it.
  const unreadable = [...document.errors, ...document.warnings].map(({ pos, code }) => ({
    offset: pos[0],
    sentence: sentences[code] ?? otherFlaw,
  }));
  const flaws = unreadable.length > 0 ? unreadable : flawsOf(document);
  const complaints = flaws.map(({ offset, sentence }) => `${lineAt(offset)}: ${sentence}`);
  return {
    contents: complaints.length === 0 ? (document.contents ?? undefined) : undefined,
    complaints: [...new Set(complaints)],
    lineAt,
    plain: (node) => (isNode(node) ? node.toJS(document) : node),
  };
}

/** Finds flaws that the parser accepts, but that would fail later or be read differently from what the author meant. */
function flawsOf(document: ReturnType<typeof parseDocument>): Flaw[] {
  const flaws: Flaw[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      // Converted to a text, it would be quoted in a warning of the parser.
      if (isCollection(key) || isAlias(key))
        flaws.push({ offset: key.range?.[0] ?? 0, sentence: 'a key has to be a text' });
    },
    Node: (_, node) => {
      const sentence = flawOf(node, document);
      if (sentence !== undefined) flaws.push({ offset: node.range?.[0] ?? 0, sentence });
    },
  });
  if (flaws.length === 0 && !expands(document)) {
    flaws.push({ offset: 0, sentence: 'its aliases refer to each other too often: write the values out' });
  }
  return flaws;
}

function flawOf(node: Node, document: ReturnType<typeof parseDocument>): string | undefined {
  if (isAlias(node)) return node.resolve(document) === undefined ? sentences.BAD_ALIAS : undefined;
  if (!isScalar(node)) return undefined;
  if (node.anchor !== undefined && node.value === null) return sentences.MULTIPLE_ANCHORS;
  if (node.type === 'PLAIN' && typeof node.value === 'string' && node.value.endsWith(',')) {
    return 'a trailing comma: remove it, or put the text in single quotes if the comma belongs to it';
  }
  return undefined;
}

/** False if its aliases would make the document too large. */
function expands(document: ReturnType<typeof parseDocument>): boolean {
  try {
    document.toJS();
    return true;
  } catch {
    return false;
  }
}
