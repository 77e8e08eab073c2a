// Random documents over a schema: valid ones, and what becomes of them by small changes. The same seed gives the same.

import {
  GraphQLNonNull, getNamedType, isEnumType, isInputObjectType, isInterfaceType, isLeafType, isListType, isNonNullType,
  isObjectType, isRequiredArgument, isRequiredInputField,
} from 'graphql';

/** A small generator of pseudo-random numbers (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, chance: (p) => next() < p, pick: (list) => list[below(list.length)] };
}

/** Writes valid documents, below the limits of the server. */
export class Writer {
  constructor(schema, seed) {
    this.schema = schema;
    this.dice = dice(seed);
    const everything = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
    this.interfaces = everything.filter(isInterfaceType);
    this.objects = everything.filter(isObjectType);
  }

  document() {
    this.variables = new Map();
    this.fragments = [];
    this.aliases = 0;
    this.directives = 0;
    const isMutation = this.dice.chance(0.15);
    const root = isMutation ? this.schema.getMutationType() : this.schema.getQueryType();
    const body = this.selections(root, 0, isMutation ? 2 : 3);
    const declared = [...this.variables].map(([name, { type, value }]) => `$${name}: ${type}${value}`).join(', ');
    const kind = isMutation ? 'mutation' : 'query';
    return [`${kind} Random${declared && `(${declared})`} ${body}`, ...this.fragments].join('\n');
  }

  selections(type, depth, most = 4) {
    const { dice } = this;
    const lines = [];
    const keys = new Set();
    const fields = Object.values(type.getFields()).filter((field) => depth < 4 || isLeafType(getNamedType(field.type)));
    const count = 1 + dice.below(most);
    for (let n = 0; n < count && fields.length; n += 1) {
      const field = dice.pick(fields);
      // One key stands for one field, so that none is in another's way.
      if (keys.has(field.name)) continue;
      keys.add(field.name);
      lines.push(this.field(field, depth));
    }
    if (!lines.length || dice.chance(0.2)) lines.push('__typename');
    if (dice.chance(0.2) && depth < 4 && depth > 0) lines.push(this.fragment(type, depth));
    if (dice.chance(0.1)) lines.push(`... ${this.directive()}{ __typename }`);
    return `{ ${lines.join(' ')} }`;
  }

  field(field, depth) {
    const { dice } = this;
    const named = getNamedType(field.type);
    const args = field.args.filter((arg) => isRequiredArgument(arg) || dice.chance(0.3));
    const given = args.map((arg) => `${arg.name}: ${this.value(arg.type, 0, arg.defaultValue !== undefined)}`).join(', ');
    let alias = '';
    if (this.aliases < 4 && dice.chance(0.1)) alias = `a${(this.aliases += 1)}_${field.name}: `;
    const body = isLeafType(named) ? '' : ` ${this.selections(named, depth + 1)}`;
    return `${alias}${field.name}${given && `(${given})`}${dice.chance(0.1) ? ` ${this.directive()}` : ''}${body}`;
  }

  directive() {
    if (this.directives > 6) return '';
    this.directives += 1;
    const condition = this.dice.chance(0.4) ? this.variable(new GraphQLNonNull(this.schema.getType('Boolean'))) : this.dice.pick(['true', 'false']);
    return `@${this.dice.pick(['skip', 'include'])}(if: ${condition}) `;
  }

  fragment(type, depth) {
    const { dice } = this;
    const others = isInterfaceType(type)
      ? [type, ...this.schema.getPossibleTypes(type)]
      : [type, ...type.getInterfaces()];
    const on = dice.pick(others);
    // Keys of their own: the fields of fragments are not to conflict with those around them.
    const name = `F${this.fragments.length}`;
    const field = dice.pick(Object.values(on.getFields()).filter((field) => isLeafType(getNamedType(field.type)) && !field.args.length));
    this.aliases += 1;
    const key = `k${this.aliases}_${depth}`;
    if (this.aliases > 6 || !field) return `... on ${on} { __typename }`;
    if (dice.chance(0.5)) return `... on ${on} { ${key}: ${field.name} }`;
    this.fragments.push(`fragment ${name} on ${on} { ${key}: ${field.name} __typename }`);
    return `...${name}`;
  }

  /** A value, perhaps a variable. Where there is a default, a nullable variable does for a type that is not. */
  value(type, depth, hasDefault = false) {
    const { dice } = this;
    if (dice.chance(0.2) && this.variables.size < 5) return this.variable(type, hasDefault);
    return this.literal(type, depth, (inner) => this.value(inner, depth + 1));
  }

  literal(type, depth, inner) {
    const { dice } = this;
    if (isNonNullType(type)) {
      for (;;) {
        const value = this.literal(type.ofType, depth, inner);
        if (value !== 'null') return value;
      }
    }
    if (dice.chance(0.05)) return 'null';
    if (isListType(type)) {
      if (dice.chance(0.15)) return this.literal(new GraphQLNonNull(getNamedType(type)), depth, inner); // one for a list of one
      return `[${Array.from({ length: dice.below(3) }, () => inner(type.ofType)).join(', ')}]`;
    }
    if (isEnumType(type)) return dice.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => isRequiredInputField(field) || dice.chance(depth > 2 ? 0 : 0.4));
      return `{${fields.map((field) => `${field.name}: ${inner(field.type)}`).join(', ')}}`;
    }
    switch (type.name) {
      case 'Int': return dice.pick(['0', '1', '7', '-1', '2147483647', '-2147483648', '-0']);
      case 'Float': return dice.pick(['0', '1.5', '-1e3']);
      case 'Boolean': return dice.pick(['true', 'false']);
      case 'ID': return dice.pick(['"x"', '7', '"00000000-0000-7000-8000-000000000000"', '""', '123456789012345678901']);
      case 'Date': return '"2026-01-31"';
      case 'DateTime': return dice.pick(['"2026-01-31T12:00:00Z"', '"2026-01-31T12:00:00.5+02:00"']);
      case 'Decimal': return dice.pick(['"1.50"', '"0"', '"100"']);
      default: return dice.pick(['"tea"', '""', '"""block\n  text"""', '"\\u00e4\\n"', '"\\u{1F600}"', '"ä 😀"']);
    }
  }

  variable(type, hasDefault) {
    const { dice } = this;
    const name = `v${this.variables.size}`;
    const constant = (of, depth = 0) => this.literal(of, depth, (inner) => constant(inner, depth + 1));
    const looser = isNonNullType(type) && (hasDefault || dice.chance(0.3)) ? type.ofType : type;
    let value = '';
    if (looser !== type && !hasDefault) value = ` = ${constant(type)}`;
    else if (dice.chance(0.4)) value = ` = ${constant(looser)}`;
    this.variables.set(name, { type: looser, value });
    return `$${name}`;
  }
}

const TOKEN = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|[_A-Za-z][_0-9A-Za-z]*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}()[\]:=!|&@$]/g;

/** Changes a token or a few of a document, so that most of what comes out is not valid. */
export function mutated(text, others, dice, words) {
  const tokens = text.match(TOKEN);
  const changes = 1 + dice.below(2);
  for (let n = 0; n < changes && tokens.length > 3; n += 1) {
    const at = dice.below(tokens.length);
    const isName = (token) => /^[_A-Za-z]/.test(token);
    switch (dice.below(8)) {
      case 0: tokens.splice(at, 1); break;
      case 1: tokens.splice(at, 0, tokens[at]); break;
      case 2: if (isName(tokens[at])) tokens[at] = dice.pick(words); break;
      case 3: if (isName(tokens[at])) tokens[at] = dice.pick(tokens.filter(isName)); break;
      case 4: tokens.splice(at, 1, dice.pick(dice.pick(others).match(TOKEN))); break;
      case 5: {
        const other = dice.below(tokens.length);
        [tokens[at], tokens[other]] = [tokens[other], tokens[at]];
        break;
      }
      case 6: tokens.splice(at, 1, dice.pick(['null', '1', '"x"', '1.5', 'true', '[]', '{}', '$v0', '$nope', 'NEWEST', '-1', '99999999999'])); break;
      case 7: {
        const whole = tokens.map((token, index) => [token, index]).filter(([token]) => token === '}').map(([, index]) => index);
        tokens.splice(dice.pick(whole) ?? at, 0, dice.pick(['id', '__typename', 'nope', '...F0', '... on User { id }', 'id @skip(if: true)', 'x: __typename', 'viewer { id }', '__type(name: "User") { name }']));
        break;
      }
    }
  }
  return tokens.join(' ');
}
