-- A catalogue as qa 0.1.0 wrote it: three articles, two of them copies of one wire story.
BEGIN TRANSACTION;
CREATE TABLE articles (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL, digest TEXT NOT NULL, head TEXT NOT NULL, outlet TEXT NOT NULL,
        day TEXT, published REAL);
INSERT INTO "articles" VALUES(1,'wire',1,'c215cbd06ca900acffd6643b9993e562dbaf6593bb19cb1f24a8a0bf8b2d2dca','{"id":"wire","version":1,"title":"Ferry aground","outlet":"Northern Wire","authors":[],"url":"","published":"2026-03-03T22:00:00Z","updated":null,"fetched":null,"language":""}','northern wire','2026-03-03',1772575200.0);
INSERT INTO "articles" VALUES(2,'copy',1,'1e69bb39ff6e6984b2bc380701f61f31f2945f2bcf56a99a3c740326ef00f9d9','{"id":"copy","version":1,"title":"All safe after ferry hits sandbank","outlet":"Evening Post","authors":[],"url":"","published":"2026-03-04T07:00:00Z","updated":null,"fetched":null,"language":""}','evening post','2026-03-04',1772607600.0);
INSERT INTO "articles" VALUES(3,'other',1,'71f8f63f3c06450e57cfa7479ddd21dd8098664c54f3c95d32fff8587b19c8aa','{"id":"other","version":1,"title":"Council votes on toll","outlet":"Evening Post","authors":[],"url":"","published":null,"updated":null,"fetched":null,"language":""}','evening post',NULL,NULL);
CREATE TABLE chunks (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL, end INTEGER NOT NULL);
INSERT INTO "chunks" VALUES(1,1,0,0,368);
INSERT INTO "chunks" VALUES(2,2,0,0,333);
INSERT INTO "chunks" VALUES(3,3,0,0,115);
CREATE TABLE commits (seq INTEGER PRIMARY KEY, stamp TEXT NOT NULL);
INSERT INTO "commits" VALUES(1,'800a4b285c4c32e7');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('embedder.dimension','64');
INSERT INTO "meta" VALUES('embedder.name','hashing');
INSERT INTO "meta" VALUES('embedder.revision','1');
INSERT INTO "meta" VALUES('library_id','06ff3beabdb567b8');
INSERT INTO "meta" VALUES('next_chunk','4');
CREATE TABLE removals (seq INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL);
CREATE TABLE staged (number INTEGER PRIMARY KEY, first INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE texts (number INTEGER NOT NULL, version INTEGER NOT NULL,
        head TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (number, version));
INSERT INTO "texts" VALUES(1,1,'{"id":"wire","version":1,"title":"Ferry aground","outlet":"Northern Wire","authors":[],"url":"","published":"2026-03-03T22:00:00Z","updated":null,"fetched":null,"language":""}','SANDREY, March 3 (Northern Wire) - The ferry Aldous ran aground off Sandrey on Tuesday night with 61 people on board, and all of them were taken off within two hours, the coastguard said.

The ship had left Corvenham at seven in the evening and hit a sandbank in thick fog. Its captain reported water in the engine room, and three lifeboats and a helicopter were sent.');
INSERT INTO "texts" VALUES(2,1,'{"id":"copy","version":1,"title":"All safe after ferry hits sandbank","outlet":"Evening Post","authors":[],"url":"","published":"2026-03-04T07:00:00Z","updated":null,"fetched":null,"language":""}','The ferry Aldous ran aground off Sandrey on Tuesday night with 61 people on board, and all of them were taken off within two hours, the coastguard said.

The ship had left Corvenham at seven in the evening and hit a sandbank in thick fog. Its captain reported water in the engine room, and three lifeboats and a helicopter were sent.');
INSERT INTO "texts" VALUES(3,1,'{"id":"other","version":1,"title":"Council votes on toll","outlet":"Evening Post","authors":[],"url":"","published":null,"updated":null,"fetched":null,"language":""}','The council of Selby voted by nine to four on Monday to raise the bridge toll to three euros from the first of May.');
CREATE TABLE vectors (number INTEGER PRIMARY KEY, first INTEGER NOT NULL, count INTEGER NOT NULL,
        seq INTEGER NOT NULL, data BLOB NOT NULL);
INSERT INTO "vectors" VALUES(1,1,1,1,X'000000001CFABE3D1CFABE3E000000001CFABEBD00000000000000001CFABEBD000000001CFABE3D1CFABEBD1CFABEBD1CFABEBD1CFABEBD000000001CFABEBD00000000A2B8EE3E1CFABEBD00000000000000001CFA3E3E1CFABEBD953B8FBE0000000000000000000000000000000000000000000000000000000000000000000000001CFABEBD000000001CFA3E3E0000000000000000000000001CFA3E3E000000001CFA3EBE00000000000000001CFABEBD1CFA3E3E1CFA3EBE1CFABE3D00000000000000001CFABEBD000000001CFABE3E000000000000000000000000000000001CFA3EBE1CFABEBD1CFABEBD000000001CFA3EBE0000000000000000');
INSERT INTO "vectors" VALUES(2,2,1,1,X'00000000CDCC4C3E9A99993E00000000CDCCCCBDCDCCCC3D00000000CDCCCCBD00000000CDCCCC3DCDCCCCBDCDCCCCBDCDCCCCBDCDCCCCBD00000000CDCCCCBD000000000000003FCDCCCCBD0000000000000000CDCC4C3ECDCCCCBD9A9999BE000000000000000000000000000000000000000000000000000000000000000000000000CDCCCCBD00000000CDCCCC3D000000000000000000000000CDCC4C3E00000000CDCC4CBE0000000000000000CDCCCCBD9A99993ECDCCCCBDCDCCCC3D0000000000000000CDCCCCBD00000000CDCC4C3E00000000000000000000000000000000CDCC4CBECDCCCCBDCDCCCCBDCDCCCCBDCDCC4CBE0000000000000000');
INSERT INTO "vectors" VALUES(3,3,1,1,X'00000000C3D010BE000000000000000000000000C3D0103E00000000C3D0103E00000000C3D0903E0000000000000000000000000000000000000000C3D010BE000000000000000000000000C3D010BE0000000000000000000000002439D9BEC3D0103E00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000C3D0103E00000000000000002439D9BEC3D010BE000000000000000000000000C3D090BEC3D010BE00000000C3D0903E0000000000000000000000002439D9BE0000000000000000C3D0103E00000000C3D0103E0000000000000000');
CREATE INDEX articles_by_day ON articles (day);
CREATE INDEX articles_by_outlet ON articles (outlet);
CREATE INDEX chunks_by_article ON chunks (number);
CREATE INDEX vectors_by_first ON vectors (first);
CREATE INDEX vectors_by_seq ON vectors (seq);
CREATE INDEX removals_by_seq ON removals (seq);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('articles',3);
PRAGMA application_id=1902202455;
PRAGMA user_version=1;
COMMIT;
