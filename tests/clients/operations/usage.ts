// What a front end does with the generated types. It is compiled with `tsc --strict`, not run.

import type { ResultOf, TypedDocumentNode, VariablesOf } from '@graphql-typed-document-node/core';
import { BillingDocument, FiguresDocument, OwnGamesDocument, ProductsDocument, SetBagItemDocument, ViewerDocument } from './graphql';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>) => undefined;

declare function run<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>;

// An argument with a default need not be given, neither need a nullable one; the scalars are strings.
const teas = await run(ProductsDocument, { filter: { tags: ['tea'], maxPrice: '40', inStock: true } });
await run(ProductsDocument, {});
await run(FiguresDocument, { from: '2026-01-01', to: '2026-01-31' });
const amount: string = teas.products.nodes[0]!.price.amount;
same<typeof teas.products.totalCount, number>(true);

// What may be refused to someone is nullable, and nothing else is.
const { viewer } = await run(ViewerDocument, { withSessions: true });
const email: string | null | undefined = viewer?.email;
const orders = viewer?.orders?.edges.map(({ node }) => node.number satisfies number);
const games = (await run(OwnGamesDocument, { since: '2026-01-01T00:00:00Z' })).viewer?.games.nodes[0]?.popularity?.activeSubscribers;
same<NonNullable<ResultOf<typeof BillingDocument>['viewer']>['membership'] extends null | undefined | object ? true : false, true>(true);

// A mutation tells what can be mended as one of the errors' types.
const { setBagItem } = await run(SetBagItemDocument, { input: { productId: '1', quantity: 1 } });
for (const error of setBagItem?.userErrors ?? []) {
  if (error.__typename === 'OutOfStock') (error.available satisfies number);
  if (error.__typename === 'VersionConflict') (error.actual satisfies number);
}

// @ts-expect-error a quantity is a number
const wrong: VariablesOf<typeof SetBagItemDocument> = { input: { productId: '1', quantity: '1' } };
// @ts-expect-error there is no such order
await run(ProductsDocument, { sort: 'BEST' });
// @ts-expect-error a day is missing
await run(FiguresDocument, { from: '2026-01-01' });

export { amount, email, games, orders, wrong };
