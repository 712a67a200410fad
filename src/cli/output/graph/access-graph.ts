import { byCodeUnits } from '../../../policy/order.ts';
import type { Effect, Policy } from '../../../policy/policy.ts';
import { type Access, accessesOf } from './accesses.ts';
import { byPath, foldPaths } from './fold.ts';
import { grouped } from './grouped.ts';

/** Somebody: an issuer, or somebody of the place above. */
export interface Place {
  readonly label: string;
  /** The labels of all places above, and this one. */
  readonly names: readonly string[];
  readonly isFolded: boolean;
  /** The index of the place above. */
  readonly above?: number;
}

/** Resources, and what may be asked of them. */
export interface Card {
  readonly label: string;
  readonly rows: readonly { readonly actions: string; readonly effect: Effect }[];
}

/** Everything that rules say of one place and one row of a card. */
export interface Edge {
  readonly place: number;
  readonly card: number;
  readonly row: number;
  readonly effect: Effect;
  /** Whether every rule of it is in audit mode. */
  readonly isAudit: boolean;
  /** Whether every rule of it asks something of claims, or of the time. */
  readonly isConditional: boolean;
  /** Ids, in order. */
  readonly rules: readonly string[];
}

/** Who may do what: places in order, each behind the one above it. */
export interface AccessGraph {
  readonly places: readonly Place[];
  readonly cards: readonly Card[];
  readonly edges: readonly Edge[];
}

/** How many places and how many cards one picture has room for. */
const MOST_PLACES = 48;
const MOST_CARDS = 30;
/** From how many edges on the actions of a card are put together. */
const MOST_EDGES = 80;
/** How many actions are listed by name. */
const MOST_ACTIONS = 5;

export function accessGraph(policy: Policy): AccessGraph {
  const opaque = new Set(policy.issuers.filter(({ subject }) => subject.includes('opaque')).map(({ name }) => name));
  const accesses = accessesOf(policy).map((access) => marked(access, opaque));
  const foldWho = foldPaths(
    accesses.map(({ who }) => who),
    groupOfStep,
    MOST_PLACES,
  );
  const foldResource = foldPaths(
    accesses.map(({ resource }) => resource),
    groupOfName,
    MOST_CARDS,
  );
  const folded = accesses.map((access) => ({
    ...access,
    who: foldWho(access.who),
    resource: foldResource(access.resource),
  }));
  const drawn = drawnFrom(folded);
  return drawn.edges.length <= MOST_EDGES ? drawn : drawnFrom(withJoinedActions(folded));
}

function drawnFrom(accesses: readonly Access[]): AccessGraph {
  const places = placesOf(accesses.map(({ who }) => who));
  const cards = cardsOf(accesses);
  return { places, cards, edges: edgesOf(accesses, places, cards) };
}

/** One row of a card for all that is allowed, and one for all that is denied. */
function withJoinedActions(accesses: readonly Access[]): readonly Access[] {
  const cardOf = ({ resource, effect }: Access): string => keyOf([...resource, effect]);
  const joined = new Map(
    [...grouped(accesses, cardOf)].map(([card, of]) => {
      const actions = [...new Set(of.flatMap((access) => access.actions.split(', ')))].sort(byCodeUnits);
      return [card, actions.length <= MOST_ACTIONS ? actions.join(', ') : `${String(actions.length)} actions`];
    }),
  );
  return accesses.map((access) => ({ ...access, actions: joined.get(cardOf(access)) ?? access.actions }));
}

/** Opaque subjects have no kinds that could be told from their text. */
function marked(access: Access, opaque: ReadonlySet<string>): Access {
  const [issuer = '', subject] = access.who;
  return opaque.has(issuer) && subject !== undefined ? { ...access, who: [issuer, `${OPAQUE}${subject}`] } : access;
}

const OPAQUE = 'subject ';

const GROUPS: ReadonlyMap<string, string> = new Map([
  ['org', 'organisations'],
  ['prj', 'projects'],
  ['env', 'environments'],
  ['user', 'users'],
  ['rnr', 'runners'],
  ['sa', 'service accounts'],
]);

function groupOfStep(step: string): string | undefined {
  if (step.startsWith(OPAQUE)) return 'subjects';
  return step.includes('*') || !step.includes(':') ? undefined : GROUPS.get(step.split(':')[0] ?? '');
}

function groupOfName(name: string): string | undefined {
  return /[*$ ]/.test(name) ? undefined : 'names';
}

/** A place with the steps that lead to it. */
type KnownPlace = Place & { readonly path: readonly string[] };

function placesOf(paths: readonly (readonly string[])[]): readonly KnownPlace[] {
  const all = new Map(paths.flatMap((path) => path.map((_, i) => [keyOf(path.slice(0, i + 1)), path.slice(0, i + 1)])));
  const sorted = [...all.values()].sort(byPath);
  const indexes = new Map(sorted.map((path, i) => [keyOf(path), i]));
  return sorted.map((path) => {
    const above = indexes.get(keyOf(path.slice(0, -1)));
    const names = path.map((step) => (step.startsWith(OPAQUE) ? step.slice(OPAQUE.length) : step));
    return {
      path,
      label: names.at(-1) ?? '',
      names,
      isFolded: /^\d+ /.test(path.at(-1) ?? ''),
      ...(above !== undefined && { above }),
    };
  });
}

function cardsOf(accesses: readonly Access[]): readonly Card[] {
  const cards = grouped(accesses, ({ resource }) => keyOf(resource));
  return [...cards.values()]
    .sort(([a], [b]) => byPath(a.resource, b.resource))
    .map((of) => {
      const rows = new Map(of.map(({ actions, effect }) => [rowKey(actions, effect), { actions, effect }]));
      const sorted = [...rows].sort(([a], [b]) => byCodeUnits(a, b)).map(([, row]) => row);
      return { label: of[0].resource.join('/'), rows: sorted };
    });
}

function edgesOf(accesses: readonly Access[], places: readonly KnownPlace[], cards: readonly Card[]): readonly Edge[] {
  const placeAt = new Map(places.map(({ path }, i) => [keyOf(path), i]));
  const cardAt = new Map(cards.map(({ label }, i) => [label, i]));
  const groups = grouped(accesses, ({ who, resource, actions, effect, rule }) =>
    keyOf([...who, '→', ...resource, '→', actions, effect, rule.mode]),
  );
  const edges = [...groups.values()].map((of): Edge => {
    const [first] = of;
    const card = cardAt.get(first.resource.join('/')) ?? 0;
    return {
      place: placeAt.get(keyOf(first.who)) ?? 0,
      card,
      row:
        cards[card]?.rows.findIndex((row) => rowKey(row.actions, row.effect) === rowKey(first.actions, first.effect)) ??
        0,
      effect: first.effect,
      isAudit: first.rule.mode === 'audit',
      isConditional: of.every(({ rule }) => rule.when.claims.length > 0 || rule.valid !== undefined),
      rules: [...new Set(of.map(({ rule }) => rule.id))].sort(byCodeUnits),
    };
  });
  const order = ({ place, card, row, isAudit }: Edge): readonly number[] => [place, card, row, Number(isAudit)];
  return edges.sort((a, b) => order(a).reduce((found, value, i) => found || value - (order(b)[i] ?? 0), 0));
}

function rowKey(actions: string, effect: Effect): string {
  return keyOf([effect, actions]);
}

function keyOf(path: readonly string[]): string {
  return JSON.stringify(path);
}
