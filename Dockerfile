# syntax=docker/dockerfile:1

FROM rust:1-trixie AS build
WORKDIR /souk

# The dependencies, built with a stand-in for the program: this layer is made anew only when they change.
COPY Cargo.toml Cargo.lock ./
COPY macros macros
RUN mkdir src \
    && echo 'fn main() {}' | tee build.rs > src/main.rs \
    && touch src/lib.rs \
    && cargo build --release --locked --bin souk \
    && cargo clean --release --package souk \
    && rm -r build.rs src

COPY build.rs diesel.toml ./
COPY migrations migrations
COPY src src
RUN cargo build --release --locked --bin souk

# Nothing but the C library and its like: no shell, no package manager, and a user that is not root.
FROM gcr.io/distroless/cc-debian13:nonroot
COPY --from=build /souk/target/release/souk /usr/local/bin/souk

# There is no PostgreSQL in this image: DATABASE_URL and SOUK_SIGNING_KEY have to be given.
ENV SOUK_LISTEN=0.0.0.0:8000
EXPOSE 8000
ENTRYPOINT ["souk"]
CMD ["serve"]
