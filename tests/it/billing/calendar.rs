//! Days and months by the UTC calendar, over the ends of months and years.

use super::{begin, call, check_in, invoice, member_of, move_to, today};
use crate::support::{TestApp, json};

/// Signed in once for all of the test's time.
const FOR_EVER: &str = "--access-ttl=3000000000";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_membership_ends_with_its_last_day_and_no_job_runs() {
    const ASK: &str = "{ viewer { membership { validUntil } memberships(first: 1) { nodes { status } } } }";
    let app = TestApp::with(&[FOR_EVER]).await;
    begin(&app, "2027-01-15T12:00:00Z");
    let (staff, user) = (app.manager().await, app.customer().await);
    for (last, next) in [
        ("2027-01-31", "2027-02-01"),
        ("2027-02-28", "2027-03-01"),
        ("2027-04-30", "2027-05-01"),
        ("2027-12-31", "2028-01-01"),
        // Of two leap years the 28th is not the end of February.
        ("2028-02-28", "2028-02-29"),
        ("2028-02-29", "2028-03-01"),
        ("2032-02-29", "2032-03-01"),
        ("2100-02-28", "2100-03-01"),
    ] {
        let day = last.parse().expect("it is a day");
        member_of(&staff, &user, (day, day), 9, "2.00").await;
        if last != "2028-02-29" {
            assert_eq!(
                check_in(&user).await.refusals("checkIn"),
                ["NO_MEMBERSHIP at input"],
                "before {last}"
            );
        }
        move_to(&app, &format!("{last}T23:50:00Z"));
        let seen = user.query(ASK).await;
        assert_eq!(seen.text("/viewer/membership/validUntil"), last);
        assert_eq!(seen.text("/viewer/memberships/nodes/0/status"), "ACTIVE");
        assert_eq!(check_in(&user).await.text("/checkIn/invoice/date")[..7], last[..7]);

        move_to(&app, &format!("{next}T00:00:00Z"));
        let seen = user.query(ASK).await;
        assert!(seen.at("/viewer/membership").is_null(), "after {last}");
        assert_eq!(seen.text("/viewer/memberships/nodes/0/status"), "EXPIRED");
        assert_eq!(check_in(&user).await.refusals("checkIn"), ["NO_MEMBERSHIP at input"], "after {last}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_month_has_an_invoice_of_its_own() {
    let app = TestApp::with(&[FOR_EVER]).await;
    begin(&app, "2027-01-15T12:00:00Z");
    let (staff, user) = (app.manager().await, app.customer().await);
    let until = "2029-12-31".parse().expect("it is a day");
    member_of(&staff, &user, (today(&app), until), 99, "2.00").await;
    for (moment, amount) in [
        ("2027-02-28T23:50:00Z", "2.00"),
        ("2027-03-01T00:00:00Z", "2.00"),
        ("2027-03-31T23:50:00Z", "4.00"),
        ("2027-12-31T23:50:00Z", "2.00"),
        ("2028-01-01T00:00:00Z", "2.00"),
        ("2028-02-28T23:50:00Z", "2.00"),
        ("2028-02-29T12:00:00Z", "4.00"),
        ("2028-03-01T00:00:00Z", "2.00"),
    ] {
        move_to(&app, moment);
        let done = check_in(&user).await;
        assert_eq!(done.text("/checkIn/invoice/date")[..7], moment[..7]);
        assert_eq!(done.text("/checkIn/invoice/amount/amount"), amount, "{moment}");
    }
    // By hand, too, there is one at most.
    let refused = call(&staff, "createInvoice", json!({ "userId": user.id }), "__typename").await;
    assert_eq!(refused.refusals("createInvoice"), ["TAKEN at input.date"]);
    invoice(&staff, &user, json!({ "date": "2028-04-01" }), &[]).await;
}
