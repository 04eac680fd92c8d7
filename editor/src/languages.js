/** What the editor can colour, fold and indent, by the format's word. */
import { json } from '@codemirror/lang-json';
import { xml } from '@codemirror/lang-xml';
import { yaml } from '@codemirror/lang-yaml';
import { StreamLanguage } from '@codemirror/language';
import { properties } from '@codemirror/legacy-modes/mode/properties';
import { toml } from '@codemirror/legacy-modes/mode/toml';
import { folds } from './folds.js';

/** HCL 2: blocks, attributes, strings with `${…}`, heredocs, three kinds of comments. */
const hcl = {
  name: 'hcl',
  startState: () => ({ comment: false, heredoc: '' }),
  token(stream, state) {
    if (state.heredoc) {
      if (stream.sol() && stream.match(new RegExp(`^\\s*${state.heredoc}\\s*$`))) state.heredoc = '';
      stream.skipToEnd();
      return 'string';
    }
    if (state.comment) {
      state.comment = !stream.skipTo('*/');
      if (state.comment) stream.skipToEnd();
      else stream.match('*/');
      return 'comment';
    }
    if (stream.eatSpace()) return null;
    if (stream.match('/*')) {
      state.comment = true;
      return 'comment';
    }
    if (stream.match('#') || stream.match('//')) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
    const heredoc = stream.match(/^<<-?(\w+)/);
    if (heredoc) {
      [, state.heredoc] = heredoc;
      return 'string';
    }
    if (stream.match(/^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/)) return 'number';
    if (stream.match(/^(?:true|false|null)\b/)) return 'atom';
    if (stream.match(/^[A-Za-z_][\w-]*/)) {
      return stream.match(/^\s*(?:=(?!=)|\{|")/, false) ? 'propertyName' : 'variableName';
    }
    stream.next();
    return 'punctuation';
  },
  languageData: { commentTokens: { line: '#', block: { open: '/*', close: '*/' } } },
};

const BY_FORMAT = {
  yaml,
  json,
  xml: () => xml(),
  toml: () => [StreamLanguage.define(toml), folds('toml')],
  hcl: () => [StreamLanguage.define(hcl), folds('hcl')],
  properties: () => [StreamLanguage.define(properties), folds('properties')],
};

export function language(format) {
  return BY_FORMAT[format]?.() ?? [];
}
