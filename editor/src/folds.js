/**
 * What can be folded where a grammar tells only words: brackets that a line leaves open, sections,
 * texts and values of several lines.
 */
import { foldService } from '@codemirror/language';

const WORDS = {
  hcl: /"(?:[^"\\]|\\.)*"?|#.*|\/\/.*|\/\*.*?\*\//g,
  toml: /"(?:[^"\\]|\\.)*"?|'[^']*'?|#.*/g,
};

/** The line with blanks for its texts and comments, so that its brackets are brackets. */
const bare = (format, text) => text.replace(WORDS[format], (found) => ' '.repeat(found.length));

/** How many brackets are open behind `text`, and where the one closes that brings it to none. */
function count(text, open) {
  let depth = open;
  for (let at = 0; at < text.length; at += 1) {
    if ('{[('.includes(text[at])) depth += 1;
    if ('}])'.includes(text[at]) && depth > 0) {
      depth -= 1;
      if (depth === 0 && open > 0) return { depth, at };
    }
  }
  return { depth };
}

/** What ends the text that a line begins. */
const heredocWord = (line) => /<<-?(\w+)\s*$/.exec(line.text)?.[1];

/** From the end of a line that opens a bracket to the one that closes it. */
function bracket(format, doc, line) {
  let { depth } = count(bare(format, line.text), 0);
  let text;
  for (let number = line.number + 1; depth > 0 && number <= doc.lines; number += 1) {
    const next = doc.line(number);
    if (text) {
      // brackets in a text of several lines are its own
      if (next.text.trim() === text) text = undefined;
      continue;
    }
    if (format === 'hcl') text = heredocWord(next);
    const found = count(bare(format, next.text), depth);
    if (found.at !== undefined) return { from: line.to, to: next.from + found.at };
    depth = found.depth;
  }
  return null;
}

/** From the end of a line to the one that `ends` says ends it. */
function until(doc, line, ends) {
  for (let number = line.number + 1; number <= doc.lines; number += 1) {
    const next = doc.line(number);
    if (ends(next.text)) return { from: line.to, to: next.to };
  }
  return null;
}

const heredoc = (doc, line) => {
  const word = heredocWord(line);
  return word ? until(doc, line, (text) => text.trim() === word) : null;
};

const longText = (doc, line) => {
  const quotes = /("""|''')(?!.*\1)/.exec(line.text)?.[1];
  // where it closes what was opened above, nothing is behind it
  return quotes && /=\s*("""|''')/.test(line.text) ? until(doc, line, (text) => text.includes(quotes)) : null;
};

const header = (text) => /^\s*\[\[?([^[\]]+)\]\]?\s*(?:[#;].*)?$/.exec(text)?.[1].trim();

/** From a section's head to its last line that is not blank; tables below it go with it. */
function section(doc, line) {
  const name = header(line.text);
  if (name === undefined) return null;
  let last = line;
  for (let number = line.number + 1; number <= doc.lines; number += 1) {
    const next = doc.line(number);
    const other = header(next.text);
    if (other !== undefined && !other.startsWith(`${name}.`)) break;
    if (next.text.trim()) last = next;
  }
  return last === line ? null : { from: line.to, to: last.to };
}

const goesOn = (text) => /(?:^|[^\\])(?:\\\\)*\\$/.test(text) && !/^\s*[#!]/.test(text);

/** A value that goes on over line ends. */
function continued(doc, line) {
  if (!goesOn(line.text) || (line.number > 1 && goesOn(doc.line(line.number - 1).text))) return null;
  let last = line;
  while (goesOn(last.text) && last.number < doc.lines) last = doc.line(last.number + 1);
  return last === line ? null : { from: line.to, to: last.to };
}

const BY_FORMAT = {
  hcl: (doc, line) => heredoc(doc, line) ?? bracket('hcl', doc, line),
  toml: (doc, line) => section(doc, line) ?? longText(doc, line) ?? bracket('toml', doc, line),
  properties: (doc, line) => section(doc, line) ?? continued(doc, line),
};

/** What `format` folds, as an extension. */
export const folds = (format) => foldService.of((state, from) =>
  BY_FORMAT[format](state.doc, state.doc.lineAt(from)));
