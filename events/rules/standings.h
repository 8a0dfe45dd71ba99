// The newest standings, as a cache over the log, with a scratch layer for the command at hand.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/codes/code_lists.h"
#include "events/fact.h"
#include "events/ids.h"
#include "events/rules/employer.h"
#include "events/rules/person.h"
#include "events/rules/reference_book.h"

namespace events {

/// A value that only one living owner may have.
struct Claim {
    enum class Kind { document, uscc };

    Kind kind = Kind::uscc;
    /// document: `kind|issuer|normalised number` (personal: only its keyed hash may be kept);
    /// uscc: the code.
    std::string key;
    Id owner;
    /// The owner gives it up; with an empty key: every document but those claimed beside it.
    bool release = false;
};

/// Who holds which claim. The ledger implements it (vault and index); tests have one in memory.
class Claims {
public:
    virtual ~Claims() = default;
    /// Every owner on record for the key, oldest first; whether one still lives is for the rules.
    virtual std::vector<Id> holders(Claim::Kind kind, const std::string& key) const = 0;
};

/// What opened a transfer or an engagement.
struct Process {
    StreamId stream;
    EventName opened;
    Id talent;
    std::vector<Id> employers;
};

/// Threads:  one thread owns it.
/// Bounds:   at most `people_max` people and employers are kept; the least recently used go
///           first and are folded again when asked for.
/// Lifetime: history, claims and codes must outlive it.
class Standings {
public:
    struct Limits { std::size_t people_max = 400'000; };

    Standings(const History& history, const Claims& claims, const CodeLists& codes, Limits limits);
    Standings(const History& history, const Claims& claims, const CodeLists& codes);
    ~Standings();

    // -- questions; the scratch layer is seen first --------------------------------------------
    /// The survivor for an absorbed id. Null if the id was never registered.
    /// The pointer is valid until the next non-const call.
    const Person* person(const Id& talent);
    const Employer* employer(const Id& id);
    /// Null if there is no such stream.
    const Process* process(const StreamId& stream);
    const ReferenceBook& reference();
    /// Whether any event stands in the stream, in force or not.
    bool exists(const StreamId& stream);
    bool first_load_open();
    /// Talents named in events of the employer's stream.
    std::vector<Id> people_of(const Id& employer);
    std::vector<Id> holders(Claim::Kind kind, const std::string& key) const;
    /// The log with the command at hand behind it.
    const History& history() const;
    const CodeLists& codes() const;

    // -- the command at hand -------------------------------------------------------------------
    /// Folds a decided fact into the scratch layer of everything it concerns.
    /// `streams` are those it will stand in.
    void apply(const Fact& fact, const std::vector<StreamId>& streams);
    /// The scratch layer becomes the standing: the command will be recorded. Facts that need a
    /// refold drop the cached standing instead, to be folded again on the next question.
    void keep();
    /// The scratch layer is forgotten: the command was refused.
    void drop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace events
