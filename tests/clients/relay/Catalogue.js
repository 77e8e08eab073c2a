// Pages of a connection, as Relay wants them.

const { graphql } = require('react-relay');

module.exports.query = graphql`
  query CatalogueQuery($count: Int = 10, $cursor: String, $filter: ProductFilter) {
    ...Catalogue_products @arguments(count: $count, cursor: $cursor, filter: $filter)
    viewer {
      id
      ...Catalogue_seller
    }
  }
`;

module.exports.products = graphql`
  fragment Catalogue_products on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }, filter: { type: "ProductFilter" })
  @refetchable(queryName: "CataloguePageQuery") {
    products(first: $count, after: $cursor, filter: $filter, sort: PRICE_ASC)
      @connection(key: "Catalogue_products", filters: ["filter"]) {
      totalCount
      edges {
        node {
          id
          ...Catalogue_card
        }
      }
    }
  }
`;

module.exports.card = graphql`
  fragment Catalogue_card on Product @refetchable(queryName: "CatalogueCardQuery") {
    name
    stock
    price {
      amount
      currency
    }
    tags {
      name
    }
  }
`;

// A connection in both directions on a type that node(id) finds.
module.exports.seller = graphql`
  fragment Catalogue_seller on User
  @argumentDefinitions(last: { type: "Int", defaultValue: 5 }, before: { type: "String" })
  @refetchable(queryName: "CatalogueSellerQuery") {
    products(last: $last, before: $before) @connection(key: "Catalogue_seller_products") {
      edges {
        node {
          ...Catalogue_card @alias(as: "card")
        }
      }
    }
  }
`;
