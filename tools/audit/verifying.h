// `talentctl verify`: what is common to checking a data folder and checking a log from outside.
#pragma once

#include <atomic>
#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>

#include "tools/audit/copy_audit.h"
#include "tools/audit/trust.h"
#include "tools/audit/verify_cursor.h"
#include "tools/cli/session.h"
#include "tools/offline/verify.h"
#include "tools/term/interrupt.h"

namespace tools {

struct VerifyWanted {
    AuditScope scope;
    TrustOptions trust;
    std::string resume;   ///< file of the cursor
    std::string since;    ///< file of the auditor's memory
    std::string signing;  ///< where a data folder's signing folder lies
    bool log_only = false;
};

/// The whole log of a data folder, its checkpoints, and what is derived from it.
int verify_folder(Session& session, const VerifyWanted& wanted);
/// A log from outside: over the port, a folder of tiles, or a part of a data folder.
int verify_copy(Session& session, const VerifyWanted& wanted);

/// One run of the verb: Ctrl-C, the cursor, the memory, the report.
class Verifying {
public:
    Verifying(Session& session, const VerifyWanted& wanted) : session_(session), wanted_(wanted) {}

    /// Reads cursor and memory. The cursor must be about the same.
    base::Result<void> begin(const std::string& about);
    /// The note that an interrupted run was checking against; empty if there was none.
    const std::string& pinned_note() const { return cursor_.note; }
    void pin(std::string note) { cursor_.note = std::move(note); }
    std::string* state() { return &cursor_.state; }
    const std::optional<AuditMemory>& memory() const { return memory_; }

    /// Judges the note and says on whose word, loudly if on nobody's.
    base::Result<Judged> judged(std::string_view note, LogCopy& copy);
    /// What the log's own word must still bear out once its events are known; adds a row.
    void check_descent(const Judged& judged, const RecordedProofs& recorded);

    std::function<void(std::uint64_t)> progress(const std::string& label, std::uint64_t total);
    const std::atomic<bool>& stop() const { return stop_; }
    VerifyReport& report() { return report_; }
    boost::json::object& about() { return about_; }

    /// After a failure without a verdict. A run that has come some way leaves its cursor.
    int give_up(const base::Error& error);
    /// Prints the report. If all is well the memory becomes that of this run.
    int finish(const std::optional<Judged>& judged, const RecordedProofs* recorded);

private:
    void leave_off();

    Session& session_;
    const VerifyWanted& wanted_;
    const Interrupt interrupt_;
    std::atomic<bool> stop_{false};
    VerifyCursor cursor_;
    std::optional<AuditMemory> memory_;
    std::unique_ptr<Progress> progress_;
    VerifyReport report_;
    boost::json::object about_;
};

}  // namespace tools
