//! How often a password may be tried, and what is cleared away.

use chrono::TimeDelta;
use futures_util::future::join_all;
use souk::jobs;
use std::time::Instant;

use super::{VIEWER, change_password, create_api_token, program_of, refresh, sign_in, sign_out};
use crate::support::{TestApp, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_failure_beyond_the_fifth_doubles_the_wait_and_success_ends_it() {
    let app = TestApp::with(&["--rate-limit=on", "--sign-in-failures=1000"]).await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let wrong = async || sign_in(&visitor, &person.username, "something else").await;
    for round in 0..2 {
        for wait in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64] {
            app.clock.advance(TimeDelta::seconds(wait));
            assert_eq!(wrong().await.refusals("signIn"), ["BAD_CREDENTIALS at input"], "{round} {wait}");
        }
        // Two minutes to wait now, whatever the password, under each name and wherever it is asked for.
        let email = format!("{}@example.org", person.username);
        for login in [&person.username, &email] {
            let reply = sign_in(&visitor, login, &person.password).await;
            assert_eq!((reply.codes(), &reply.body["data"]["signIn"]), (vec!["RATE_LIMITED"], &json!(null)));
            let wait =
                reply.body["errors"][0]["extensions"]["retryAfter"].as_i64().expect("it tells the wait");
            assert!((65..=128).contains(&wait), "{wait}");
        }
        let reply = change_password(&person, &person.password, "seven lazy otters juggle").await;
        assert_eq!(reply.codes(), ["RATE_LIMITED"]);
        app.clock.advance(TimeDelta::seconds(128));
        sign_in(&visitor, &person.username, &person.password).await.done("signIn");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_guesses_at_once_five_are_checked() {
    let app = TestApp::with(&["--rate-limit=on", "--sign-in-failures=1000"]).await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let started = Instant::now();
    let guesses: Vec<_> = (0..30).map(|number| format!("guess number {number}")).collect();
    let replies = join_all(guesses.iter().map(|guess| sign_in(&visitor, &person.username, guess))).await;
    // Where all of that takes seconds, one may come again after one, three, seven …
    let more = usize::try_from((started.elapsed().as_secs() + 1).ilog2()).expect("it is small");
    let refused = replies.iter().filter(|reply| reply.codes() == ["RATE_LIMITED"]).count();
    let checked = 30 - refused;
    assert!((5..=5 + more).contains(&checked), "{checked} were checked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_signs_in_from_a_few_places_at_once_is_let_in() {
    let app = TestApp::with(&["--rate-limit=on"]).await;
    let (person, visitor) = (app.customer().await, app.visitor());
    for _ in 0..20 {
        let replies = join_all((0..4).map(|_| sign_in(&visitor, &person.username, &person.password))).await;
        for reply in replies {
            reply.done("signIn");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_fails_so_often_a_minute_and_no_more() {
    let app = TestApp::with(&["--rate-limit=on", "--sign-in-failures=3"]).await;
    let (person, visitor) = (app.customer().await, app.visitor());
    // Who knows the password does not use it up.
    for _ in 0..5 {
        sign_in(&visitor, &person.username, &person.password).await.done("signIn");
    }
    app.clock.advance(TimeDelta::seconds(60));
    for _ in 0..2 {
        let names: Vec<_> = (0..20).map(|number| format!("nobody-{number}")).collect();
        let replies = join_all(names.iter().map(|name| sign_in(&visitor, name, "something else"))).await;
        let refused = replies.iter().filter(|reply| reply.codes() == ["RATE_LIMITED"]).count();
        assert_eq!(refused, 17);
        let reply = sign_in(&visitor, &person.username, &person.password).await;
        assert_eq!(reply.codes(), ["RATE_LIMITED"]);
        app.clock.advance(TimeDelta::seconds(60));
    }
    sign_in(&visitor, &person.username, &person.password).await.done("signIn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_long_over_is_cleared_away_and_nothing_else() {
    let app = TestApp::with(&["--session-ttl=7776000", "--rate-limit=on"]).await;
    let (mut person, visitor) = (app.customer().await, app.visitor());
    let left = app.customer().await;
    let short = (app.clock.now() + TimeDelta::minutes(10)).to_rfc3339();
    create_api_token(&person, "short", Some(&short)).await.done("createApiToken");
    let program = program_of(&person).await;
    sign_out(&left).await.data();
    sign_in(&visitor, "nobody", "something else").await;
    person.refresh_token =
        refresh(&visitor, &person.refresh_token).await.text("/refreshSession/refreshToken");
    let rows = async |table: &str| app.database.text(&format!("SELECT count(*) FROM {table}")).await;
    let tables = ["sessions", "refresh_tokens", "api_tokens", "sign_in_attempts"];
    let counts = async || join_all(tables.map(rows)).await;
    jobs::run_once(&app.db).await.expect("the job runs");
    assert_eq!(counts().await, ["2", "3", "2", "2"], "nothing is over yet");
    app.clock.advance(TimeDelta::days(31));
    jobs::run_once(&app.db).await.expect("the job runs");
    assert_eq!(counts().await, ["1", "2", "1", "0"], "the session that ended is gone, with its tokens");
    assert_eq!(program.query(VIEWER).await.text("/viewer/id"), person.id);
    refresh(&visitor, &person.refresh_token).await.done("refreshSession");
    app.clock.advance(TimeDelta::days(121));
    jobs::run_once(&app.db).await.expect("the job runs");
    assert_eq!(counts().await, ["0", "0", "1", "0"], "and so is the one that nobody used");
}
