//! Memberships and the calendar.

use diesel_async::SimpleAsyncConnection as _;

use super::{begin, call, check_in, days, member, member_of, move_to, today};
use crate::support::{Person, TestApp, Value, json};

async fn status(who: &Person, id: &str) -> String {
    let ask = "query($id: ID!) { node(id: $id) { ... on Membership { status } } }";
    who.gql(ask, json!({ "id": id })).await.text("/node/status")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn periods_of_one_user_do_not_overlap() {
    let app = TestApp::start().await;
    let (staff, user, other) = (app.manager().await, app.customer().await, app.customer().await);
    let now = today(&app);
    let first = member_of(&staff, &user, (now, days(now, 10)), 1, "1.00").await;
    let make = async |from, until| {
        let input = json!({ "userId": user.id, "validFrom": from, "validUntil": until, "credits": 1 });
        call(&staff, "createMembership", input, "membership { id streamFee { amount } }").await
    };
    for (from, until) in [(10, 20), (0, 0), (5, 6)] {
        let refused = make(days(now, from), days(now, until)).await;
        assert_eq!(refused.refusals("createMembership"), ["INVALID at input.validFrom"]);
    }
    assert_eq!(
        make(days(now, 30), days(now, 29)).await.refusals("createMembership"),
        ["INVALID at input.validUntil"]
    );
    let next = make(days(now, 11), days(now, 20)).await;
    assert_eq!(next.done("createMembership")["membership"]["streamFee"]["amount"], "0.00");
    member_of(&staff, &other, (now, days(now, 10)), 1, "1.00").await;

    let longer =
        call(&staff, "updateMembership", json!({ "id": first, "validUntil": days(now, 11) }), "__typename");
    assert_eq!(longer.await.refusals("updateMembership"), ["INVALID at input.validUntil"]);
    // What is cancelled stands in nobody's way.
    call(&user, "cancelMembership", json!({ "id": first }), "membership { status }")
        .await
        .done("cancelMembership");
    make(days(now, 0), days(now, 10)).await.done("createMembership");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statuses_follow_the_calendar() {
    let app = TestApp::start().await;
    begin(&app, "2028-02-28T23:50:00Z");
    let (mut staff, mut user) = (app.manager().await, app.customer().await);
    let day = today(&app);
    // 2028 is a leap year: the last day is the 29th.
    let id = member_of(&staff, &user, (day, days(day, 1)), 1, "1.00").await;
    assert_eq!(status(&user, &id).await, "ACTIVE");
    move_to(&app, "2028-02-29T23:50:00Z");
    staff.sign_in().await;
    user.sign_in().await;
    assert_eq!(status(&user, &id).await, "ACTIVE", "the last day counts");
    let valid = user.query("{ viewer { membership { id validUntil } memberships { totalCount } } }").await;
    assert_eq!(valid.at("/viewer/membership"), &json!({ "id": id, "validUntil": "2028-02-29" }));
    move_to(&app, "2028-03-01T00:00:01Z");
    assert_eq!(status(&user, &id).await, "EXPIRED");
    assert_eq!(*user.query("{ viewer { membership { id } } }").await.at("/viewer/membership"), Value::Null);
    assert_eq!(check_in(&user).await.refusals("checkIn"), ["NO_MEMBERSHIP at input"]);

    let count = async |statuses: Value| {
        let ask = "query($f: MembershipFilter) { memberships(filter: $f) { totalCount nodes { status } } }";
        let filter = json!({ "userId": user.id, "statuses": statuses });
        staff.gql(ask, json!({ "f": filter })).await.at("/memberships/totalCount").clone()
    };
    assert_eq!(count(json!(["EXPIRED"])).await, 1);
    assert_eq!(count(json!(["ACTIVE", "CANCELLED"])).await, 0);
    let late = call(&user, "cancelMembership", json!({ "id": id }), "__typename").await;
    assert_eq!(late.refusals("cancelMembership"), ["ILLEGAL_TRANSITION at input.id"]);
    let longer = json!({ "id": id, "validUntil": "2028-12-31", "expectedVersion": 1 });
    call(&staff, "updateMembership", longer, "membership { id }").await.done("updateMembership");
    assert_eq!(status(&user, &id).await, "ACTIVE");
    call(&staff, "cancelMembership", json!({ "id": id }), "membership { id }").await.done("cancelMembership");
    assert_eq!(count(json!(["CANCELLED"])).await, 1);
    assert_eq!(count(json!([])).await, 0);
    let dead = call(&staff, "updateMembership", json!({ "id": id, "credits": 2 }), "__typename").await;
    assert_eq!(dead.refusals("updateMembership"), ["INVALID at input.id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_membership_is_told_at_once() {
    let app = TestApp::start().await;
    let (staff, user, other) = (app.manager().await, app.customer().await, app.customer().await);
    let day = today(&app);
    let wrong = json!({
        "userId": user.id, "validFrom": day, "validUntil": day, "credits": -1, "streamFee": "-0.50",
    });
    let wrong = call(&staff, "createMembership", wrong, "__typename").await;
    assert_eq!(
        wrong.refusals("createMembership"),
        ["INVALID at input.credits", "INVALID at input.streamFee"]
    );
    let nobody = json!({ "userId": "x", "validFrom": day, "validUntil": day, "credits": 1 });
    let nobody = call(&staff, "createMembership", nobody, "__typename").await;
    assert_eq!(nobody.refusals("createMembership"), ["NOT_FOUND at input.userId"]);
    let id = member(&app, &staff, &user, 1, "1.00").await;
    let stale = json!({ "id": id, "expectedVersion": 9, "credits": 3 });
    let stale = call(&staff, "updateMembership", stale, "__typename").await;
    assert_eq!(stale.refusals("updateMembership"), ["VERSION_CONFLICT at input.expectedVersion"]);

    // To others it does not exist.
    let theirs = call(&other, "cancelMembership", json!({ "id": id }), "__typename").await;
    assert_eq!(theirs.refusals("cancelMembership"), ["NOT_FOUND at input.id"]);
    let node = other.gql("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(*node.at("/node"), Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_membership_without_a_fee_of_its_own_has_that_of_the_store() {
    let app = TestApp::with(&["--stream-fee=4.50"]).await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let day = today(&app);
    let make = async |fee: Value, from, until| {
        let input = json!({
            "userId": user.id, "validFrom": from, "validUntil": until, "credits": 1, "streamFee": fee,
        });
        let made = call(&staff, "createMembership", input, "membership { streamFee { amount } }").await;
        made.text("/createMembership/membership/streamFee/amount")
    };
    assert_eq!(make(Value::Null, day, days(day, 1)).await, "4.50");
    assert_eq!(make(json!("0"), days(day, 2), days(day, 3)).await, "0.00", "nothing is a fee, too");
    assert_eq!(check_in(&user).await.text("/checkIn/invoice/amount/amount"), "4.50");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_come_to_overlap_at_once_one_is_refused() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let day = today(&app);
    let id = member_of(&staff, &user, (day, days(day, 5)), 1, "1.00").await;
    // One is being made, which the other one can't know when it looks whether the days are free.
    let mut making = app.database.connect().await;
    let make = format!(
        "BEGIN; INSERT INTO memberships (id, user_id, valid_from, valid_until, credits, stream_fee)
         VALUES (gen_random_uuid(), '{}', '{}', '{}', 1, 0)",
        user.id,
        days(day, 6),
        days(day, 9)
    );
    making.batch_execute(&make).await.expect("it can be made");
    let commit = async {
        app.database.waiters(1).await;
        making.batch_execute("COMMIT").await.expect("it is made");
    };
    let longer = json!({ "id": id, "validUntil": days(day, 7) });
    let (reply, ()) = tokio::join!(call(&staff, "updateMembership", longer, "__typename"), commit);
    assert_eq!(reply.refusals("updateMembership"), ["INVALID at input"]);
}
