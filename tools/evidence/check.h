// The steps of checking a pack, each of which works out what the pack must hold and compares.
// Internal; others call verify_pack.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/proof/policy.h"
#include "tools/evidence/layout.h"
#include "tools/evidence/pack.h"

namespace evidence {

/// Lifetime: borrows the files and the trust.
class Check {
public:
    Check(const Files& files, const Trust& trust) : files_(files), trust_(trust) {}

    Verdict run();

private:
    // Each is false once a fault was found.
    bool read_sums();
    bool read_manifest();
    bool judge_checkpoint();
    bool read_entries();
    bool read_entry(std::uint64_t position, const std::string& bytes);
    bool check_proof(std::uint64_t position, const Entry& entry);
    bool check_ledger();
    bool check_order();
    bool check_selection();
    bool read_streams();
    bool read_stream(const std::string& name, const std::string& text);
    bool check_completeness();
    bool check_parts();
    bool check_part(std::size_t index);
    bool check_names();
    bool compare_lists();
    bool check_lines();
    bool check_pages();
    /// A file that follows from the others. A program with other lists makes it otherwise.
    bool compare(std::string_view name, const std::string& made);

    /// Notes the first fault; false.
    bool fault(const base::Error& error, std::string_view file,
               std::optional<std::uint64_t> position = {});
    bool fault(std::string what, std::string_view file,
               std::optional<std::uint64_t> position = {});
    /// Null, and a fault, if the file is not there.
    const std::string* need(std::string_view name, std::optional<std::uint64_t> position = {});
    void note(std::string code);

    const Files& files_;
    const Trust& trust_;
    Verdict out_;
    proof::Policy policy_;                ///< whom to believe
    std::string note_;                    ///< the checkpoint, in which every proof must end
    std::vector<std::string> cosigners_;  ///< witnesses whose lines are good
    bool same_lists_ = false;             ///< schema and lists are this program's own
    Entries entries_;
    std::vector<ListedStream> listed_;
    std::vector<std::string> part_files_;
    std::vector<std::string> absent_;  ///< listed in SHA256SUMS and not there
};

}  // namespace evidence
