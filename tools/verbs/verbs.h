// The verbs, one source for each noun or family of nouns. Each function hangs its part into the
// tree.
#pragma once

#include "tools/cli/tree.h"

namespace tools {

/// A person in examples.
inline constexpr const char* example_id = "0198c6f0000070008000000000000003";

void add_append(Tree& tree);
void add_context(Tree& tree);
void add_import(Tree& tree);
void add_events(Tree& tree);
void add_checkpoint(Tree& tree);
void add_dossier(Tree& tree);
void add_views(Tree& tree);  ///< roster, flow, use, net-inflow, stock, calendar
void add_breaches(Tree& tree);
void add_bundle(Tree& tree);
void add_replay(Tree& tree);  ///< replay run, diff, bisect
void add_verify(Tree& tree);
void add_key(Tree& tree);
void add_log(Tree& tree);  ///< restore-origin, fetch
void add_log_fetch(Tree& tree, CLI::App& noun);
void add_proof(Tree& tree);
void add_status(Tree& tree);
void add_catalogue(Tree& tree);  ///< types, explain
void add_demo(Tree& tree);
void add_bench(Tree& tree);
void add_general(Tree& tree);  ///< cheat, completion, man, help, version

/// The whole tree.
void add_all(Tree& tree);

}  // namespace tools
