-- The first schema of an archive (存档的首个结构). Nothing is updated or deleted: triggers refuse it.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- A number of a zone, given once.
CREATE TABLE zone (
  zone_id TEXT PRIMARY KEY,
  source TEXT NOT NULL
) STRICT;

-- What a zone was called, and was, over a time. Of several rows that begin on one day the last one told holds.
CREATE TABLE zone_name (
  told INTEGER PRIMARY KEY,
  zone_id TEXT NOT NULL REFERENCES zone,
  name_zh TEXT NOT NULL,
  short_zh TEXT NOT NULL DEFAULT '',
  aliases TEXT NOT NULL DEFAULT '',
  level TEXT NOT NULL DEFAULT '',
  category TEXT NOT NULL DEFAULT '',
  prefecture TEXT NOT NULL DEFAULT '',
  valid_from TEXT NOT NULL DEFAULT '',
  valid_to TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL
) STRICT;

CREATE TABLE zone_lineage (
  told INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('merged', 'split', 'renamed', 'raised')),
  zone_id TEXT NOT NULL REFERENCES zone,
  other_id TEXT REFERENCES zone,
  day TEXT NOT NULL,
  before TEXT NOT NULL DEFAULT '',
  after TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL,
  UNIQUE (kind, zone_id, other_id, day, after)
) STRICT;

CREATE TABLE edition (
  edition_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  year INTEGER NOT NULL CHECK (year BETWEEN 1949 AND 2200),
  as_of TEXT NOT NULL,
  digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
  folder TEXT NOT NULL UNIQUE,
  version TEXT NOT NULL,
  rules TEXT NOT NULL,
  plan TEXT NOT NULL,
  boundary TEXT NOT NULL,
  supersedes INTEGER UNIQUE REFERENCES edition,
  reason TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('final', 'provisional')),
  added TEXT NOT NULL,
  CHECK (supersedes IS NULL OR reason <> '')
) STRICT;
CREATE INDEX edition_by_year ON edition (kind, year);

CREATE TABLE value (
  edition_id INTEGER NOT NULL REFERENCES edition,
  level TEXT NOT NULL,
  place TEXT NOT NULL,
  zone_id TEXT REFERENCES zone,
  measure TEXT NOT NULL,
  value REAL,
  words TEXT NOT NULL DEFAULT '',
  numerator REAL,
  denominator REAL,
  unit TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (edition_id, level, place, measure)
) STRICT, WITHOUT ROWID;
CREATE INDEX value_by_zone ON value (zone_id, measure);

CREATE TABLE finding (
  edition_id INTEGER NOT NULL REFERENCES edition,
  place_in_file INTEGER NOT NULL,
  record_key TEXT NOT NULL,
  matched_by TEXT NOT NULL CHECK (matched_by IN ('supervision_no', 'contract_parcel', 'overlap', 'name', 'new')),
  matched_edition INTEGER REFERENCES edition,
  overlap REAL,
  record_id TEXT NOT NULL,
  supervision_no TEXT NOT NULL DEFAULT '',
  contract_no TEXT NOT NULL DEFAULT '',
  parcel_no TEXT NOT NULL DEFAULT '',
  zone_id TEXT REFERENCES zone,
  finding TEXT NOT NULL,
  class TEXT NOT NULL,
  days INTEGER,
  area_m2 REAL,
  geometry BLOB,
  west REAL,
  south REAL,
  east REAL,
  north REAL,
  PRIMARY KEY (edition_id, place_in_file),
  UNIQUE (edition_id, record_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_by_record ON finding (record_key);
CREATE INDEX finding_by_zone ON finding (zone_id, edition_id);

-- A checksum over the rows of an edition (its number), or over the tables of zones and meta (none).
CREATE TABLE seal (
  told INTEGER PRIMARY KEY,
  edition_id INTEGER UNIQUE REFERENCES edition,
  sha256 TEXT NOT NULL
) STRICT;

-- Editions that no other one has taken the place of.
CREATE VIEW current_edition AS
  SELECT * FROM edition e WHERE NOT EXISTS (SELECT 1 FROM edition o WHERE o.supersedes = e.edition_id);

CREATE VIEW zone_name_now AS
  SELECT * FROM zone_name n
  WHERE NOT EXISTS (
    SELECT 1 FROM zone_name o
    WHERE o.zone_id = n.zone_id AND o.valid_from = n.valid_from AND o.told > n.told
  );
