// Games, memberships and invoices, and anything by its id.

const { graphql } = require('react-relay');

module.exports.game = graphql`
  query GamesQuery($id: ID!, $ids: [ID!]!) {
    game(id: $id) {
      ...Games_subscribers
      viewerSubscription {
        status
      }
    }
    nodes(ids: $ids) {
      __typename
      ... on Entity {
        createdAt
        version
      }
      ... on Game {
        title
      }
    }
    viewer {
      membership {
        credits
        openStreams {
          expiresAt
        }
      }
      invoices(first: 3) @connection(key: "Games_invoices") {
        edges {
          node {
            amount {
              amount
            }
          }
        }
      }
    }
  }
`;

module.exports.subscribers = graphql`
  fragment Games_subscribers on Game
  @argumentDefinitions(first: { type: "Int", defaultValue: 5 }, after: { type: "String" }, filter: { type: "GameSubscriptionFilter" })
  @refetchable(queryName: "GamesSubscribersQuery") {
    subscriptions(first: $first, after: $after, filter: $filter) @connection(key: "Games_subscriptions") {
      edges {
        node {
          status
          player {
            username
          }
        }
      }
    }
  }
`;

module.exports.play = graphql`
  mutation GamesSubscribeMutation($input: SubscribeInput!) {
    subscribe(input: $input) {
      subscription {
        id
        status
      }
      userErrors {
        message
      }
    }
  }
`;
