// Mutations that change what the store holds.

const { graphql } = require('react-relay');

module.exports.bag = graphql`
  query CheckoutBagQuery {
    viewer {
      orders(first: 10) @connection(key: "Checkout_orders") {
        edges {
          node {
            id
            ...Checkout_order
          }
        }
      }
      bag {
        items {
          quantity
          product {
            ...Catalogue_card
          }
        }
      }
    }
  }
`;

module.exports.order = graphql`
  fragment Checkout_order on Order {
    number
    status
    nextStatuses
    total {
      amount
    }
    lines {
      productName
      quantity
    }
  }
`;

module.exports.checkOut = graphql`
  mutation CheckoutMutation($input: CheckoutBagInput!, $connections: [ID!]!) {
    checkoutBag(input: $input) {
      order @prependNode(connections: $connections, edgeTypeName: "OrderEdge") {
        ...Checkout_order
      }
      userErrors {
        __typename
        code
        message
        ... on OutOfStock {
          available
          product {
            ...Catalogue_card
          }
        }
      }
    }
  }
`;

module.exports.remove = graphql`
  mutation CheckoutRemoveProductMutation($input: DeleteProductInput!) @raw_response_type {
    deleteProduct(input: $input) {
      product {
        id @deleteRecord
      }
    }
  }
`;
