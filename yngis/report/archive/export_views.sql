-- What follows when the rows are there (几何、索引、视图).
-- The geometry is generated, so that no row can have a polygon that is not that of its bytes.
alter table {schema}.finding add column geom geometry(Geometry, 4490)
  generated always as (st_setsrid(st_geomfromwkb(geometry), 4490)) stored;
create index on {schema}.finding using gist (geom);
create index on {schema}.finding (record_key);
create index on {schema}.finding (zone_id, edition_id);
create index on {schema}.value (zone_id, measure);
create view {schema}.current_edition as select *
  from {schema}.edition e
  where not exists (select 1
  from {schema}.edition o where o.supersedes = e.edition_id);
create view {schema}.latest_edition as select distinct on (kind) *
  from {schema}.current_edition
  order by kind, year desc;
create view {schema}.latest_zone as select distinct on (zone_id) zone_id, name_zh, short_zh, level, category, prefecture, valid_from, valid_to
  from {schema}.zone_name
  order by zone_id, valid_from desc, told desc;
create view {schema}.latest_value as select e.kind, e.year, v.*
  from {schema}.value v join {schema}.latest_edition e using (edition_id);
create view {schema}.latest_finding as select e.kind, e.year, f.edition_id, f.place_in_file, f.record_key, f.record_id, f.zone_id, z.name_zh, f.finding, f.class, f.days, f.area_m2, f.geom
  from {schema}.finding f join {schema}.latest_edition e using (edition_id)
  left join {schema}.latest_zone z using (zone_id);
