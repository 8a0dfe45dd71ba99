#include "tools/verbs/trusting.h"

namespace tools {

void add_trust(CLI::App& app, TrustOptions& trust) {
    app.add_option("--policy", trust.policy_file,
                   "Trust as this tlog-policy says, witnesses included")
        ->type_name("FILE");
    app.add_option("--vkey", trust.keys, "Trust this verifier key")
        ->type_name("KEY")
        ->allow_extra_args(false);
}

base::Result<Judged> judge_alone(Session& session, std::string_view note, LogCopy& copy,
                                 const TrustOptions& trust) {
    auto out = judge(note, copy, trust, std::nullopt);
    if (!out) return out;
    if (!out->must_descend_from.empty()) {
        return base::Error{base::Fault::corrupt, "E_NOT_SIGNED",
                           "the checkpoint is not signed by the key given, but by " +
                               out->key.text() +
                               "; talentctl verify tells whether one has handed over to the other"};
    }
    if (out->first_use) {
        session.say("WARNING: nobody but the log itself vouches for its key:\n  " +
                    out->key.text());
    }
    return out;
}

}  // namespace tools
