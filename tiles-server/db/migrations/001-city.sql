-- The city: what came from where, and every feature of it. Runs unchanged on PGlite and PostgreSQL ≥ 15.
create extension if not exists postgis with schema public;

-- One row per data set brought in; datum and crs are those of the files, not of the rows (which are WGS 84, ellipsoidal).
create table source (
  id text primary key,
  title text not null,
  title_en text,
  files jsonb not null default '[]',
  attribution text not null default '',
  data_date text,
  crs text,
  datum text,
  synthetic boolean not null default false,
  report jsonb,
  at timestamptz not null default now()
);

-- One row per layer that has ever held a feature; the revision grows with each change and is the ETag of its answers.
create table layer (
  id text primary key,
  revision integer not null default 0,
  features bigint not null default 0,
  west double precision,
  south double precision,
  east double precision,
  north double precision
);

-- geom carries its SRID (4326) in each value and has no type modifier: 2D and 3D live side by side.
-- cell is the Morton code of the box centre at level 20 of the geographic grid: order by it = quadtree order.
-- No foreign keys to layer and source: their checks cost 40 of 60 µs per stored row on PGlite; storeLayer makes both rows first.
create table feature (
  layer text not null,
  id text not null,
  source text not null,
  geom geometry not null,
  cell bigint not null,
  style jsonb not null,
  attributes jsonb not null,
  hash uuid not null,
  shape bytea,
  valid_from timestamptz,
  valid_to timestamptz,
  primary key (layer, id)
);
create index feature_geom on feature using gist (geom);
create index feature_cell on feature (layer, cell);
create index feature_source on feature (source, layer);

-- Boxes (degrees) whose tiles must be cut again; a cutter deletes the rows it has dealt with.
create table dirty (
  id bigint generated always as identity primary key,
  layer text not null,
  west double precision not null,
  south double precision not null,
  east double precision not null,
  north double precision not null
);
create index dirty_layer on dirty (layer, id);

create table scene (id text primary key, document json not null, at timestamptz not null default now());
create table meta (key text primary key, value jsonb not null);
