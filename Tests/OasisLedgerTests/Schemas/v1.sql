-- A ledger as the schema of v1 wrote it: two campaigns, nine outcomes, a lease. Opened by MigrationTests.
PRAGMA application_id = 1331786601;

BEGIN TRANSACTION;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES('v1');
CREATE TABLE document (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    family TEXT NOT NULL,
    name TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    updated_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (family, name)
) STRICT;
INSERT INTO document VALUES(1,'licensor','label',1,1794441600000,'ann','{"id":"label","tier":"independent","title":"Label"}');
INSERT INTO document VALUES(2,'campaign','c0',1,1794441600000,'ann','{"artist":"a0","commissionRate":3000,"dailyCap":5,"id":"c0","licensor":"label","markets":[],"song":"s0","start":"2026-11-17T00:00:00.000Z","state":"active","surfaces":["radio"],"title":"Song 0","tracks":["t0"]}');
INSERT INTO document VALUES(3,'campaign','c1',2,1794441660000,'bob','{"artist":"a1","commissionRate":3000,"id":"c1","licensor":"label","markets":[],"song":"s1","start":"2026-11-17T00:00:00.000Z","state":"active","surfaces":["radio"],"title":"Renamed","tracks":["t1"]}');
CREATE TABLE policy (
    version INTEGER PRIMARY KEY AUTOINCREMENT,
    applied_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
INSERT INTO policy VALUES(1,1794441600000,'ann','{"commission":{"basis":"context","royaltyPerStream":{"currency":"EUR","micros":4001}},"experiments":[],"guarantees":{"margin":0.02,"penalty":1},"guardrails":{"disabledSurfaces":[],"frequency":[],"holdout":100,"holdoutSalt":"salt","isPromotionStopped":false,"isShadow":false,"maxBoost":1,"maxPromotedPerSlate":2,"minimumGap":0,"minimumOrganicPercentile":0,"shadowSurfaces":[]},"objectives":{"stream":0.1},"randomization":{"explorationShare":0,"smoothing":0},"rows":[],"scale":"organic/1"}');
CREATE TABLE history (
    document INTEGER NOT NULL REFERENCES document (number),
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (document, revision)
) STRICT, WITHOUT ROWID;
INSERT INTO history VALUES(1,1,1794441600000,'ann','{"id":"label","tier":"independent","title":"Label"}');
INSERT INTO history VALUES(2,1,1794441600000,'ann','{"artist":"a0","commissionRate":3000,"dailyCap":5,"id":"c0","licensor":"label","markets":[],"song":"s0","start":"2026-11-17T00:00:00.000Z","state":"active","surfaces":["radio"],"title":"Song 0","tracks":["t0"]}');
INSERT INTO history VALUES(3,1,1794441600000,'ann','{"artist":"a1","commissionRate":3000,"id":"c1","licensor":"label","markets":[],"song":"s1","start":"2026-11-17T00:00:00.000Z","state":"active","surfaces":["radio"],"title":"Song 1","tracks":["t1"]}');
INSERT INTO history VALUES(3,2,1794441660000,'bob','{"artist":"a1","commissionRate":3000,"id":"c1","licensor":"label","markets":[],"song":"s1","start":"2026-11-17T00:00:00.000Z","state":"active","surfaces":["radio"],"title":"Renamed","tracks":["t1"]}');
CREATE TABLE campaign_track (
    track TEXT PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES document (number)
) STRICT, WITHOUT ROWID;
INSERT INTO campaign_track VALUES('t0',2);
INSERT INTO campaign_track VALUES('t1',3);
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counter VALUES('control-revision',5);
INSERT INTO counter VALUES('epoch:n',1);
INSERT INTO counter VALUES('outcomes',9);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('key','text');
CREATE TABLE name (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO name VALUES(1,'radio');
INSERT INTO name VALUES(2,'DE');
INSERT INTO name VALUES(3,'a0');
INSERT INTO name VALUES(4,'pzn');
INSERT INTO name VALUES(5,'a1');
INSERT INTO name VALUES(6,'autoplay');
INSERT INTO name VALUES(7,'SE');
INSERT INTO name VALUES(8,'receipt-forged');
CREATE TABLE outcome (
    number INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    id ANY NOT NULL CHECK (typeof(id) IN ('text', 'blob')),
    kind INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    day INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    promotion INTEGER,
    campaign INTEGER,
    artist INTEGER,
    track INTEGER,
    listener INTEGER,
    surface INTEGER,
    market INTEGER,
    played INTEGER,
    is_new INTEGER,
    commission INTEGER NOT NULL
) STRICT;
INSERT INTO outcome VALUES(1,4,X'0f8fad5bd9cb469fa16570867728950e',0,1795348860000,1795352400000,20779,0,1,2,3,-672328490951834019,7,1,2,NULL,NULL,0);
INSERT INTO outcome VALUES(2,4,'p2',1,1795348860000,1795352400000,20779,0,1,2,3,-672328490951834019,7,1,2,31000,NULL,1200);
INSERT INTO outcome VALUES(3,4,'p3',3,1795348860000,1795352400000,20779,0,1,2,3,-672328490951834019,7,1,2,NULL,NULL,0);
INSERT INTO outcome VALUES(4,4,'p4',6,1795348860000,1795352400000,20779,0,2,2,3,-672328490951834019,8,1,2,NULL,NULL,0);
INSERT INTO outcome VALUES(5,4,'o1',0,1795348800000,1795352400000,20779,0,NULL,3,5,-6279600159038591298,9,1,2,NULL,NULL,0);
INSERT INTO outcome VALUES(6,4,'o2',1,1795348800000,1795352400000,20779,0,NULL,3,5,-6279600159038591298,9,1,2,200000,NULL,1200);
INSERT INTO outcome VALUES(7,4,'o3',1,1795348800000,1795352400000,20779,0,NULL,0,5,-6279600159038591298,10,6,7,29999,NULL,0);
INSERT INTO outcome VALUES(8,4,'o4',2,1795348800000,1795352400000,20779,0,NULL,0,NULL,-5169495453191711937,7,1,2,NULL,NULL,0);
INSERT INTO outcome VALUES(9,4,'f1',0,1795348800000,1795352400000,20779,8,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
CREATE TABLE promotion (
    promotion INTEGER PRIMARY KEY,
    kinds INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    propensity REAL NOT NULL,
    snapshot INTEGER NOT NULL
) STRICT;
INSERT INTO promotion VALUES(1,11,1795348800000,1,0.5,-1);
INSERT INTO promotion VALUES(2,64,1795348800000,1,0.5,-1);
CREATE TABLE known_listener (
    artist INTEGER NOT NULL,
    listener INTEGER NOT NULL,
    day INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    counts INTEGER NOT NULL CHECK (counts IN (0, 1)),
    PRIMARY KEY (artist, listener)
) STRICT, WITHOUT ROWID;
INSERT INTO known_listener VALUES(3,7,20779,1795348860000,2,1);
INSERT INTO known_listener VALUES(5,9,20779,1795348800000,6,1);
CREATE TABLE tally (
    day INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    surface INTEGER NOT NULL,
    market INTEGER NOT NULL,
    promoted INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    released INTEGER NOT NULL,
    plays INTEGER NOT NULL,
    streams INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    saved INTEGER NOT NULL,
    added INTEGER NOT NULL,
    followed INTEGER NOT NULL,
    new_listeners INTEGER NOT NULL,
    commission INTEGER NOT NULL,
    PRIMARY KEY (day, campaign, surface, market, promoted)
) STRICT, WITHOUT ROWID;
INSERT INTO tally VALUES(20779,0,1,2,0,0,0,0,0,1,0,0,0,0,0);
INSERT INTO tally VALUES(20779,0,6,7,0,0,0,1,0,0,0,0,0,0,0);
INSERT INTO tally VALUES(20779,2,1,2,1,1,1,1,1,0,1,0,0,1,1200);
INSERT INTO tally VALUES(20779,3,1,2,0,1,0,1,1,0,0,0,0,1,1200);
CREATE TABLE unattributed (
    day INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    outcomes INTEGER NOT NULL,
    PRIMARY KEY (day, reason)
) STRICT, WITHOUT ROWID;
INSERT INTO unattributed VALUES(20779,8,1);
CREATE TABLE shown_curve (
    day INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    bin INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    PRIMARY KEY (day, campaign, bin)
) STRICT, WITHOUT ROWID;
INSERT INTO shown_curve VALUES(20779,2,48,1);
CREATE TABLE lease (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign INTEGER NOT NULL REFERENCES document (number),
    day INTEGER NOT NULL,
    node TEXT NOT NULL,
    granted INTEGER NOT NULL CHECK (granted > 0),
    outstanding INTEGER NOT NULL CHECK (outstanding >= 0),
    confirmed INTEGER NOT NULL CHECK (confirmed >= 0),
    released INTEGER NOT NULL CHECK (released >= 0),
    returned INTEGER NOT NULL CHECK (returned >= 0),
    CHECK (granted = outstanding + confirmed + released + returned)
) STRICT;
INSERT INTO lease VALUES(1,2,20779,'n',4,2,1,1,0);
CREATE TABLE delivery (
    day INTEGER NOT NULL,
    campaign INTEGER NOT NULL REFERENCES document (number),
    confirmed INTEGER NOT NULL CHECK (confirmed >= 0),
    outstanding INTEGER NOT NULL CHECK (outstanding >= 0),
    overspent INTEGER NOT NULL CHECK (overspent >= 0),
    PRIMARY KEY (day, campaign)
) STRICT, WITHOUT ROWID;
INSERT INTO delivery VALUES(20779,2,1,2,0);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('document',3);
INSERT INTO sqlite_sequence VALUES('policy',1);
INSERT INTO sqlite_sequence VALUES('lease',1);
CREATE INDEX campaign_track_by_campaign ON campaign_track (campaign);
CREATE UNIQUE INDEX outcome_by_source ON outcome (source, id);
COMMIT;
