internal import GRDB

/// The tables, and the steps that lead from every released shape to the present one.
enum Schema {
    /// Marks an SQLite file as a ledger, so that no other program's file is ever migrated.
    ///
    /// ASCII `Oasi`.
    static let applicationID: Int32 = 0x4f61_7369

    /// A released step is never edited: a change of shape is a new step.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { database in
            try database.execute(sql: controlPlane)
            try database.execute(sql: outcomes)
            try database.execute(sql: tallies)
            try database.execute(sql: leases)
        }
        migrator.registerMigration("v2-ghosts") { try $0.execute(sql: ghosts) }
        migrator.registerMigration("v3-bounded") { try $0.execute(sql: eventRuns + curveByTime + compaction) }
        migrator.registerMigration("v4-decisions") { try $0.execute(sql: decisions) }
        return migrator
    }

    private static let controlPlane = """
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
        CREATE TABLE policy (
            version INTEGER PRIMARY KEY AUTOINCREMENT,
            applied_at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            body TEXT NOT NULL
        ) STRICT;
        CREATE TABLE history (
            document INTEGER NOT NULL REFERENCES document (number),
            revision INTEGER NOT NULL,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (document, revision)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE campaign_track (
            track TEXT PRIMARY KEY,
            campaign INTEGER NOT NULL REFERENCES document (number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX campaign_track_by_campaign ON campaign_track (campaign);
        CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO counter VALUES ('control-revision', 0), ('outcomes', 0);
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        """

    /// Raw outcomes, and what keeps each from counting twice.
    ///
    /// `outcome` is append-only: its rowid is the order of arrival, and old rows go from one end. A promotion's kinds
    /// live as bits in one row: (promotion, kind) is unique without an index entry for every event.
    private static let outcomes = """
        CREATE TABLE name (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
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
        CREATE UNIQUE INDEX outcome_by_source ON outcome (source, id);
        CREATE TABLE promotion (
            promotion INTEGER PRIMARY KEY,
            kinds INTEGER NOT NULL,
            issued_at INTEGER NOT NULL,
            lease INTEGER NOT NULL,
            propensity REAL NOT NULL,
            snapshot INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE known_listener (
            artist INTEGER NOT NULL,
            listener INTEGER NOT NULL,
            day INTEGER NOT NULL,
            occurred_at INTEGER NOT NULL,
            outcome INTEGER NOT NULL,
            counts INTEGER NOT NULL CHECK (counts IN (0, 1)),
            PRIMARY KEY (artist, listener)
        ) STRICT, WITHOUT ROWID;
        """

    private static let tallies = """
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
        CREATE TABLE unattributed (
            day INTEGER NOT NULL,
            reason INTEGER NOT NULL,
            outcomes INTEGER NOT NULL,
            PRIMARY KEY (day, reason)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE shown_curve (
            day INTEGER NOT NULL,
            campaign INTEGER NOT NULL,
            bin INTEGER NOT NULL,
            shown INTEGER NOT NULL,
            PRIMARY KEY (day, campaign, bin)
        ) STRICT, WITHOUT ROWID;
        """

    /// Leases, whose units are conserved: each is outstanding, confirmed, released or returned.
    ///
    /// `delivery` carries the sums over a campaign's day, so that a grant reads one row.
    private static let leases = """
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
        CREATE TABLE delivery (
            day INTEGER NOT NULL,
            campaign INTEGER NOT NULL REFERENCES document (number),
            confirmed INTEGER NOT NULL CHECK (confirmed >= 0),
            outstanding INTEGER NOT NULL CHECK (outstanding >= 0),
            overspent INTEGER NOT NULL CHECK (overspent >= 0),
            PRIMARY KEY (day, campaign)
        ) STRICT, WITHOUT ROWID;
        """

    /// Promotions that were decided and not served; append-only at one end, and old days go from the other.
    private static let ghosts = """
        CREATE TABLE ghost (
            number INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
            day INTEGER NOT NULL,
            decided_at INTEGER NOT NULL,
            request INTEGER NOT NULL,
            listener INTEGER NOT NULL,
            campaign INTEGER NOT NULL,
            track INTEGER NOT NULL,
            surface INTEGER NOT NULL,
            market INTEGER NOT NULL,
            arms INTEGER NOT NULL,
            boost REAL NOT NULL,
            propensity REAL NOT NULL,
            snapshot INTEGER NOT NULL,
            share REAL NOT NULL CHECK (share > 0 AND share <= 1)
        ) STRICT;
        CREATE TABLE ghost_count (
            day INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            kept INTEGER NOT NULL CHECK (kept >= 0),
            lost INTEGER NOT NULL CHECK (lost >= 0),
            PRIMARY KEY (day, kind)
        ) STRICT, WITHOUT ROWID;
        """

    /// Keys of events by the run (`EventIndex`), in place of a unique index over all of them.
    ///
    /// A key is 16 bytes: two little-endian words. `place` is the run's number above 32 bits for the chunk's.
    private static let eventRuns = """
        DROP INDEX outcome_by_source;
        CREATE TABLE event_run (
            number INTEGER PRIMARY KEY,
            keys INTEGER NOT NULL,
            chunk_bits INTEGER NOT NULL,
            last_outcome INTEGER NOT NULL,
            last_received_at INTEGER NOT NULL,
            filter BLOB NOT NULL
        ) STRICT;
        CREATE TABLE event_run_chunk (place INTEGER PRIMARY KEY, keys BLOB NOT NULL) STRICT;

        """

    /// Bins first: what happens at one time lies together, so that a batch touches few pages.
    private static let curveByTime = """
        ALTER TABLE shown_curve RENAME TO shown_curve_by_campaign;
        CREATE TABLE shown_curve (
            day INTEGER NOT NULL,
            bin INTEGER NOT NULL,
            campaign INTEGER NOT NULL,
            shown INTEGER NOT NULL,
            PRIMARY KEY (day, bin, campaign)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO shown_curve SELECT day, bin, campaign, shown FROM shown_curve_by_campaign;
        DROP TABLE shown_curve_by_campaign;

        """

    /// Days whose raw outcomes were taken away, with what is left to check their tallies by.
    private static let compaction = """
        CREATE TABLE compacted_day (
            day INTEGER PRIMARY KEY,
            compacted_at INTEGER NOT NULL,
            outcomes INTEGER NOT NULL CHECK (outcomes >= 0),
            checksum INTEGER NOT NULL
        ) STRICT;
        """

    /// A sample of decided requests; append-only at one end, and old days go from the other.
    private static let decisions = """
        CREATE TABLE decision (
            number INTEGER PRIMARY KEY,
            day INTEGER NOT NULL,
            decided_at INTEGER NOT NULL,
            request INTEGER NOT NULL,
            listener INTEGER NOT NULL,
            surface INTEGER NOT NULL,
            market INTEGER NOT NULL,
            snapshot INTEGER NOT NULL,
            share REAL NOT NULL CHECK (share > 0 AND share <= 1),
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX decision_by_day ON decision (day);
        """
}
