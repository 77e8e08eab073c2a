//! From Diesel's statements to PostgreSQL's. The text of a statement is made only where its type does not tell all of
//! it, or it was not prepared on the connection yet.

use std::{any::TypeId, collections::HashMap, error::Error, num::NonZeroU32, sync::Arc};

use diesel::{
    QueryResult,
    pg::{Pg, PgMetadataCacheKey, PgMetadataLookup, PgQueryBuilder, PgTypeMetadata},
    query_builder::{QueryBuilder as _, QueryFragment, QueryId, bind_collector::RawBytesBindCollector},
    result::Error::SerializationError,
};
use foldhash::fast::RandomState;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

use super::link::Link;

/// A statement that a connection has prepared.
#[derive(Clone)]
pub struct Statement {
    pub prepared: tokio_postgres::Statement,
    /// The types of its columns.
    pub types: Arc<[NonZeroU32]>,
}

/// What a connection has prepared.
#[derive(Default)]
pub struct Known {
    /// By the type of the statement, where it tells all of it.
    by_type: HashMap<TypeId, Statement, RandomState>,
    /// By its text.
    by_text: HashMap<String, Statement, RandomState>,
}

/// A statement as it is asked for.
pub struct Asked {
    form: Form,
    binds: Vec<Bind>,
}

enum Form {
    Known(Statement),
    New { id: Option<TypeId>, text: String, types: Vec<Type>, is_kept: bool },
}

/// A value, as PostgreSQL reads it; nothing for null.
#[derive(Debug)]
pub struct Bind(Option<Vec<u8>>);

impl Asked {
    /// The statement for a query, with its values.
    ///
    /// # Errors
    /// What Diesel can't write.
    pub fn of<T: QueryFragment<Pg> + QueryId>(query: &T, link: &Link) -> QueryResult<Self> {
        let mut collector = RawBytesBindCollector::<Pg>::new();
        query.collect_binds(&mut collector, &mut Types, &Pg)?;
        let id = T::query_id();
        let known = id.and_then(|id| link.known().by_type.get(&id).cloned());
        let form = match known {
            Some(statement) => Form::Known(statement),
            None => Form::of(query, id, &collector.metadata, link)?,
        };
        Ok(Self { form, binds: collector.binds.into_iter().map(Bind).collect() })
    }

    /// The statement as the connection has it prepared, which it does now if it has to.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn prepared(self, link: &Link) -> QueryResult<(Statement, Vec<Bind>)> {
        let statement = match self.form {
            Form::Known(statement) => statement,
            Form::New { id, text, types, is_kept } => {
                let prepared = link.prepare(&text, &types).await?;
                let oids = prepared.columns().iter().map(|column| oid(column.type_().oid()));
                let statement = Statement { types: oids.collect(), prepared };
                if is_kept {
                    let known = &mut *link.known();
                    match id {
                        Some(id) => known.by_type.insert(id, statement.clone()),
                        None => known.by_text.insert(text, statement.clone()),
                    };
                }
                statement
            }
        };
        Ok((statement, self.binds))
    }
}

impl Form {
    fn of(
        query: &impl QueryFragment<Pg>,
        id: Option<TypeId>,
        types: &[PgTypeMetadata],
        link: &Link,
    ) -> QueryResult<Self> {
        let mut text = PgQueryBuilder::default();
        query.to_sql(&mut text, &Pg)?;
        let text = text.finish();
        if let Some(statement) = link.known().by_text.get(&text) {
            return Ok(Self::Known(statement.clone()));
        }
        let types: Result<Vec<_>, _> = types.iter().map(type_of).collect();
        let types = types.map_err(SerializationError)?;
        Ok(Self::New { id, text, types, is_kept: query.is_safe_to_cache_prepared(&Pg)? })
    }
}

fn type_of(metadata: &PgTypeMetadata) -> Result<Type, Box<dyn Error + Send + Sync>> {
    let oid = metadata.oid()?;
    Type::from_oid(oid).ok_or_else(|| format!("{oid} is no type that every PostgreSQL has").into())
}

fn oid(of: u32) -> NonZeroU32 {
    // PostgreSQL has no column of type 0; should it be, nothing can be read from it.
    NonZeroU32::new(of).unwrap_or(NonZeroU32::MAX)
}

/// Types that have no number of their own in every PostgreSQL can't be asked for: we have none.
struct Types;

impl PgMetadataLookup for Types {
    fn lookup_type(&mut self, name: &str, schema: Option<&str>) -> PgTypeMetadata {
        let key = PgMetadataCacheKey::new(schema.map(Into::into), name.into());
        PgTypeMetadata::from_result(Err(diesel::pg::FailedToLookupTypeError::new(key.into_owned())))
    }
}

impl ToSql for Bind {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match &self.0 {
            Some(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }

    /// Diesel has written it for the very type that the statement was prepared with.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
