// Usernames and passwords prepared as RFC 8265 asks, on the classes of RFC 8264: the server and browsers alike. Properties of
// Unicode are those of the engine; what it has no property for stands here as ranges.

/** The reason why a name or a password cannot be prepared, in words for people that quote none of it but a character. */
export class PreparationError extends Error {
  override readonly name = 'PreparationError';
}

type Class = 'identifier' | 'freeform';
/** Each rule is applied until it changes nothing, at most so often (RFC 8264, 7). */
const roundsMax = 4;

/** The profile UsernameCaseMapped: names that differ by case, width or normal form become one. @throws PreparationError */
export function prepareUsername(name: string): string {
  return untilStable(name, (text) => {
    const mapped = widthMapped(text);
    checkClass(mapped, 'identifier');
    const prepared = mapped.toLowerCase().normalize('NFC');
    checkDirection(prepared);
    return prepared;
  });
}

/** The profile OpaqueString, for passwords: spaces and normal forms become one. @throws PreparationError */
export function preparePassword(password: string): string {
  return untilStable(password, (text) => {
    checkClass(text, 'freeform');
    return text.replace(/\p{Zs}/gu, ' ').normalize('NFC');
  });
}

/** Returns the key of a name: the prepared name, or the name as it is if it cannot be prepared. */
export function nameKey(name: string): string {
  try {
    return prepareUsername(name);
  } catch (error) {
    if (error instanceof PreparationError) return name;
    throw error;
  }
}

function untilStable(text: string, prepare: (text: string) => string): string {
  let before = text;
  for (let round = 0; round < roundsMax; round++) {
    if (before === '') throw new PreparationError('it is empty');
    const after = prepare(before);
    if (after === before) return after;
    before = after;
  }
  throw new PreparationError('it changes with each preparation');
}

/** Fullwidth and halfwidth forms as their ordinary ones. */
function widthMapped(text: string): string {
  return text.replace(/[\u3000\uff01-\uffee]/g, (character) => character.normalize('NFKC'));
}

// RFC 8264, 9.6: exceptions, and 9.9: syllables of old Hangul.
const allowedAnyway = /^[\u00df\u03c2\u06fd\u06fe\u0f0b\u3007]$/;
const refusedAnyway = /^[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b]$/;
const oldHangul = /^[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7c6\ud7cb-\ud7fb]$/;
const ascii = /^[!-~]$/;
const refused = /^[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Cc}\p{Cn}]$/u;
const letterOrDigit = /^[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]$/u;
const freeform = /^[\p{Lt}\p{Nl}\p{No}\p{Me}\p{Zs}\p{S}\p{P}]$/u;

/** @throws PreparationError */
function checkClass(text: string, wanted: Class): void {
  const characters = [...text];
  characters.forEach((character, i) => {
    const isAllowed = rules.get(character)?.(characters, i) ?? isOfClass(character, wanted);
    if (!isAllowed) throw new PreparationError(`${codeOf(character)} is not allowed in it`);
  });
}

/** The order is that of RFC 8264, 8. */
function isOfClass(character: string, wanted: Class): boolean {
  if (allowedAnyway.test(character)) return true;
  if (refusedAnyway.test(character)) return false;
  if (ascii.test(character)) return true;
  if (oldHangul.test(character) || refused.test(character)) return false;
  const isFreeform = wanted === 'freeform';
  if (character.normalize('NFKC') !== character) return isFreeform;
  return letterOrDigit.test(character) || (isFreeform && freeform.test(character));
}

type Rule = (characters: readonly string[], at: number) => boolean;

/** Code points of the combining class Virama, for which the engine has no property. */
const virama =
  /^[\u{94d}\u{9cd}\u{a4d}\u{acd}\u{b4d}\u{bcd}\u{c4d}\u{ccd}\u{d3b}\u{d3c}\u{d4d}\u{dca}\u{e3a}\u{eba}\u{f84}\u{1039}\u{103a}\u{1714}\u{1715}\u{1734}\u{17d2}\u{1a60}\u{1b44}\u{1baa}\u{1bab}\u{1bf2}\u{1bf3}\u{2d7f}\u{a806}\u{a82c}\u{a8c4}\u{a953}\u{a9c0}\u{aaf6}\u{abed}\u{10a3f}\u{11046}\u{11070}\u{1107f}\u{110b9}\u{11133}\u{11134}\u{111c0}\u{11235}\u{112ea}\u{1134d}\u{11442}\u{114c2}\u{115bf}\u{1163f}\u{116b6}\u{1172b}\u{11839}\u{1193d}\u{1193e}\u{119e0}\u{11a34}\u{11a47}\u{11a99}\u{11c3f}\u{11d44}\u{11d45}\u{11d97}]$/u;
/** Letters of scripts that join, in place of the joining types, for which it has none either. */
const joining =
  /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mandaic}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Adlam}]$/u;
const arabicDigit = /^[\u0660-\u0669]$/;
const extendedDigit = /^[\u06f0-\u06f9]$/;

const matches =
  (pattern: RegExp, offset: number): Rule =>
  (characters, at) =>
    pattern.test(characters[at + offset] ?? '');
const afterVirama = matches(virama, -1);
const afterHebrew = matches(/^\p{Script=Hebrew}$/u, -1);
const without =
  (pattern: RegExp): Rule =>
  (characters) =>
    !characters.some((character) => pattern.test(character));

/** The contextual rules of RFC 5892, appendix A. */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['\u200c', (text, at) => afterVirama(text, at) || (matches(joining, -1)(text, at) && matches(joining, 1)(text, at))],
  ['\u200d', afterVirama],
  ['\u00b7', (text, at) => text[at - 1] === 'l' && text[at + 1] === 'l'],
  ['\u0375', matches(/^\p{Script=Greek}$/u, 1)],
  ['\u05f3', afterHebrew],
  ['\u05f4', afterHebrew],
  ['\u30fb', (text) => text.some((c) => /^[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]$/u.test(c))],
  ...range('\u0660', 10).map((digit) => [digit, without(extendedDigit)] as const),
  ...range('\u06f0', 10).map((digit) => [digit, without(arabicDigit)] as const),
]);

function range(first: string, length: number): readonly string[] {
  return Array.from({ length }, (_, i) => String.fromCodePoint(first.codePointAt(0)! + i));
}

// Bidirectional classes of RFC 5893. The ranges are those that Unicode keeps for scripts from right to left.
const mark = /^[\p{Mn}\p{Me}]$/u;
const arabicNumber =
  /^[\u0600-\u0605\u0660-\u0669\u066b\u066c\u06dd\u0890\u0891\u08e2\u{10d30}-\u{10d39}\u{10e60}-\u{10e7e}]$/u;
const europeanNumber = /^[0-9\u06f0-\u06f9]$/;
const rightToLeft = /^[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]$/u;
/** Includes the two punctuation marks of Hebrew: of those in a name, only they have a direction. */
const strong = /^[\p{L}\p{N}\p{Mc}\u05f3\u05f4]$/u;

type Direction = 'right' | 'left' | 'arabic-number' | 'european-number' | 'mark' | 'neutral';

function directionOf(character: string): Direction {
  if (mark.test(character)) return 'mark';
  if (arabicNumber.test(character)) return 'arabic-number';
  if (europeanNumber.test(character)) return 'european-number';
  if (!strong.test(character)) return 'neutral';
  return rightToLeft.test(character) ? 'right' : 'left';
}

/** The Bidi Rule of RFC 5893, 2, for names with a character from right to left. @throws PreparationError */
function checkDirection(text: string): void {
  const directions = [...text].map(directionOf);
  const has = (direction: Direction) => directions.includes(direction);
  if (!has('right') && !has('arabic-number')) return;
  const last = directions.findLast((direction) => direction !== 'mark');
  const endsWell = last === 'right' || last === 'arabic-number' || last === 'european-number';
  const mixesNumbers = has('arabic-number') && has('european-number');
  if (directions[0] !== 'right' || has('left') || mixesNumbers || !endsWell)
    throw new PreparationError('it mixes letters or digits that are written in different directions');
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
