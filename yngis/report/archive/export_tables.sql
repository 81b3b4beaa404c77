-- Tables of an exported archive, in the order in which they refer to one another (导出的表).
create table {schema}.meta (
  key text primary key,
  value text not null
);

create table {schema}.zone (
  zone_id text primary key,
  source text not null
);

create table {schema}.zone_name (
  told bigint primary key,
  zone_id text not null references {schema}.zone,
  name_zh text not null,
  short_zh text,
  aliases text,
  level text,
  category text,
  prefecture text,
  valid_from text,
  valid_to text,
  source text not null
);

create table {schema}.zone_lineage (
  told bigint primary key,
  kind text not null,
  zone_id text not null references {schema}.zone,
  other_id text references {schema}.zone,
  day date not null,
  before text,
  after text,
  source text not null
);

create table {schema}.edition (
  edition_id bigint primary key,
  kind text not null,
  year integer not null,
  as_of date not null,
  digest text not null unique,
  folder text not null,
  version text,
  rules text,
  plan text,
  boundary text,
  supersedes bigint references {schema}.edition,
  reason text,
  state text not null,
  added timestamptz not null
);

create table {schema}.value (
  edition_id bigint not null references {schema}.edition,
  level text not null,
  place text not null,
  zone_id text references {schema}.zone,
  measure text not null,
  value double precision,
  words text,
  numerator double precision,
  denominator double precision,
  unit text,
  reason text,
  primary key (edition_id, level, place, measure)
);

create table {schema}.finding (
  edition_id bigint not null references {schema}.edition,
  place_in_file bigint not null,
  record_key text not null,
  matched_by text not null,
  matched_edition bigint references {schema}.edition,
  overlap double precision,
  record_id text not null,
  supervision_no text,
  contract_no text,
  parcel_no text,
  zone_id text references {schema}.zone,
  finding text not null,
  class text,
  days integer,
  area_m2 double precision,
  geometry bytea,
  west double precision,
  south double precision,
  east double precision,
  north double precision,
  primary key (edition_id, place_in_file)
);
