// Loading a file of commands or rows into a ledger.
#pragma once

#include <cstdint>
#include <string>

#include "events/base/result.h"
#include "tools/cli/session.h"
#include "tools/load/cursor.h"

namespace tools {

struct ImportOptions {
    std::string file;
    std::string map;  ///< TOML file; empty: NDJSON
    std::string encoding = "auto";
    std::string reject;         ///< refused commands go here
    std::string cursor;         ///< default: the file's name with .cursor
    std::size_t batch = 1'000;  ///< commands in one request
    std::size_t limit = 0;      ///< stop after so many commands; 0: all
    bool dry_run = false;
    bool local = false;  ///< dry run without asking a server
    bool wait = false;   ///< until the views have caught up
};

/// Records what the file holds; the cursor is saved after every batch. Gives the exit code: 0 all
/// recorded, 10 some refused or not sent, 1 none recorded, 130 stopped by Ctrl-C after a batch.
int run_import(Session& session, const ImportOptions& options);

/// Prints every bad row with line and code: first those that the catalogue refuses, then, where a
/// server answers, those that the rules refuse. The rules judge the file as a whole: a row may rest
/// on rows before it. Records nothing. Gives 0 if all rows are good, else 1.
/// Not seen: what the clock brings about between two rows, and what others record meanwhile.
int rehearse_import(Session& session, const ImportOptions& options);

}  // namespace tools
