// The auditor's verbs against a running server, its data folder and a fetched copy.
#include <boost/json.hpp>

#include "events/base/random.h"
#include "ledger/proof/note.h"
#include "tests/tools/program.h"

namespace fs = std::filesystem;
namespace json = boost::json;
using test::Demo, test::Ran, test::run, test::text_at;

namespace {

/// One server, asked by all sections of one test.
struct Audited : Demo {
    std::string file(const std::string& name) const { return (folder.path / name).string(); }
    std::string put(const std::string& name, const std::string& text) const {
        return folder.file(name, text);
    }
    std::string key() const {
        auto lines = ask("checkpoint keys").out;
        return lines.substr(0, lines.find('\n'));
    }
    Ran copy(const std::string& arguments) const {
        return run(folder, "--offline " + file("copy") + " " + arguments);
    }
};

void flip(const std::string& file, std::size_t at) {
    auto bytes = test::text_of(file);
    REQUIRE(at < bytes.size());
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("An auditor checks a server, keeps what was seen, and checks again", "[audit][program]") {
    const Audited demo;
    const auto memory = " --since " + demo.file("seen.json");
    const Ran first = demo.ask("verify -o json" + memory);
    CAPTURE(first.err);
    CHECK(first.exit == 0);
    CHECK(first.err.find("WARNING") != std::string::npos);  // trusted on first use, said aloud
    const auto report = object_of(first);
    CHECK(report.at("ok").as_bool());
    CHECK(report.at("trust").as_object().at("first_use").as_bool());

    const Ran again = demo.ask("verify -o json" + memory);
    CHECK(again.exit == 0);
    CHECK(again.err.find("WARNING") == std::string::npos);
    CHECK(demo.ask("verify --jobs 2 --vkey " + demo.key()).exit == 0);
    CHECK(demo.ask("verify --from 0 --to 10").exit == 0);
    CHECK(demo.ask("verify --sample 5 --seed 3").exit == 0);
    CHECK(demo.ask("verify --from 1000000").exit == 2);

    const auto policy = demo.put("policy", "log " + demo.key() + "\nquorum none\n");
    CHECK(demo.ask("verify --policy " + policy).exit == 0);
    const auto strict = demo.put(
        "strict", "log " + demo.key() +
                      "\nwitness w witness.example.com/w1+82ccc88e+"
                      "BOHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx\nquorum w\n");
    const Ran few = demo.ask("verify --policy " + strict);
    CHECK(few.exit == 6);
    CHECK(few.err.find("E_QUORUM") != std::string::npos);
    const Ran stranger = demo.ask(
        "verify --vkey example.com/log/testdata+33d7b496+"
        "AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
    CHECK(stranger.exit == 6);
}

TEST_CASE("A log is fetched, checked offline, and found out when it is spoiled",
          "[audit][program]") {
    const Audited demo;
    const Ran fetched = demo.ask("log fetch --to " + demo.file("copy"));
    CAPTURE(fetched.err);
    REQUIRE(fetched.exit == 0);
    CHECK(demo.ask("log fetch --to " + demo.file("copy")).exit == 0);
    CHECK(demo.copy("verify -o json").exit == 0);
    CHECK(demo.copy("checkpoint show").exit == 0);
    CHECK(demo.copy("checkpoint list -o csv").exit == 0);
    CHECK(demo.copy("proof get 1 --form spicy").out.starts_with("index 1\n"));

    for (const auto& file : fs::recursive_directory_iterator(demo.file("copy") + "/tile/entries")) {
        if (file.is_regular_file()) flip(file.path().string(), 70);
    }
    const Ran spoiled = demo.copy("verify");
    CHECK(spoiled.exit == 6);
    CHECK(spoiled.err.find("position 0") != std::string::npos);
    CHECK(demo.copy("proof get 0 --form spicy").exit == 6);
}

TEST_CASE("A proof of every form holds, and no longer when a byte is changed", "[audit][program]") {
    const Audited demo;
    const auto trust = " --vkey " + demo.key();
    const auto entry = " --event " + demo.file("1.event");
    for (const std::string form : {"json", "tlog-proof", "spicy", "cose"}) {
        CAPTURE(form);
        const auto proof = demo.file("1." + form);
        const Ran made = demo.ask("proof get 1 --form " + form + " --out " + proof + " --entry " +
                                  demo.file("1.event"));
        CAPTURE(made.err);
        REQUIRE(made.exit == 0);
        const auto shown = object_of(run(demo.folder, "proof verify " + proof + entry + trust +
                                                          " -o json"));
        CHECK(shown.at("ok").as_bool());
        CHECK(text_at(shown, "form") == form);
        const auto by_leaf = "proof verify " + proof + trust + " --leaf ";
        CHECK(run(demo.folder, by_leaf + text_at(shown, "leaf")).exit == 0);
        CHECK(run(demo.folder, by_leaf + std::string(64, '0')).exit == 6);
        flip(proof, fs::file_size(proof) / 2);
        CHECK(run(demo.folder, "proof verify " + proof + entry + trust).exit == 6);
        demo.put("cut", test::text_of(proof).substr(0, fs::file_size(proof) - 20));
        CHECK(run(demo.folder, "proof verify " + demo.file("cut") + entry + trust).exit == 6);
    }
    CHECK(demo.ask("proof get 1000000").exit == 3);
    CHECK(demo.ask("proof get 1 --form pdf").exit == 2);
    const Ran unsure = run(demo.folder, "proof verify " + demo.file("1.event"));
    CHECK(unsure.exit == 2);
    CHECK(unsure.err.find("--vkey") != std::string::npos);
}

TEST_CASE("Checkpoints are listed, compared, cosigned, and a fork is evidence",
          "[audit][program]") {
    const Audited demo;
    const auto note = demo.file("old.note");
    REQUIRE(demo.ask("checkpoint fetch --out " + note).exit == 0);
    REQUIRE(demo.ask("demo story").exit == 0);
    const auto trust = " --vkey " + demo.key();
    // A checkpoint follows an append within a second.
    auto newest = object_of(demo.ask("checkpoint show -o json"));
    const auto before = text_at(object_of(run(demo.folder, "checkpoint show " + note + " -o json")),
                                "size");
    for (int i = 0; i < 1'000 && text_at(newest, "size") == before; ++i)
        newest = object_of(demo.ask("checkpoint show -o json"));
    REQUIRE(text_at(newest, "size") != before);
    CHECK(demo.ask("checkpoint list -o csv").out.find("size") != std::string::npos);
    CHECK(run(demo.folder, "checkpoint show " + note).exit == 0);
    CHECK(run(demo.folder, "checkpoint verify " + note + trust).exit == 0);
    CHECK(demo.ask("checkpoint verify " + note + " --against log").exit == 0);
    CHECK(text_at(newest, "origin").find('/') != std::string::npos);

    base::SystemRandom random;
    const auto witness = proof::SigningKey::generate("witness.example/one", random);
    const auto key = demo.put("witness.key", witness.text() + "\n");
    const auto cosign = "checkpoint cosign --key " + key + " --state " + demo.file("state.json");
    const Ran once = demo.ask(cosign + " " + note);
    CAPTURE(once.err);
    REQUIRE(once.exit == 0);
    CHECK(once.out.find("— witness.example/one ") != std::string::npos);
    const Ran twice = demo.ask(cosign);
    REQUIRE(twice.exit == 0);
    const auto policy =
        demo.put("policy", "log " + demo.key() + "\nwitness w " +
                               witness.as(proof::KeyType::cosignature_v1).verifier().text() +
                               "\nquorum w\n");
    demo.put("cosigned.note", twice.out);
    const auto checked = object_of(run(demo.folder, "checkpoint verify " +
                                                        demo.file("cosigned.note") + " --policy " +
                                                        policy + " -o json"));
    CHECK(checked.at("ok").as_bool());
    CHECK(demo.ask(cosign + " " + note).exit == 6);  // back to an older one

    // The operator signs another tree of the same size.
    auto text = test::text_of(demo.data() + "/signing/key");
    text.pop_back();
    const auto signer = proof::SigningKey::parse(text);
    REQUIRE(signer);
    auto lie = proof::Note::parse(test::text_of(note))->text;
    const auto root = lie.rfind('\n', lie.size() - 2) + 1;
    lie[root] = lie[root] == 'A' ? 'B' : 'A';
    demo.put("fork.note", proof::Note{lie, {signer->sign_note(lie)}}.encoded());
    const Ran forked =
        demo.ask("checkpoint verify " + demo.file("fork.note") + " --against " + note);
    CHECK(forked.exit == 6);
    CHECK(forked.err.find("evidence") != std::string::npos);
    CHECK(demo.ask("checkpoint verify " + demo.file("fork.note") + " --against log").exit == 6);
}

TEST_CASE("A data folder is checked with its checkpoints, and without its vault or signing folder",
          "[audit][program]") {
    Audited demo;
    REQUIRE(demo.ask("demo story").exit == 0);
    demo.server.reset();
    const auto whole = object_of(demo.offline("verify -o json --jobs 2"));
    CHECK(whole.at("ok").as_bool());
    CHECK(whole.at("skipped").as_array().empty());
    CHECK(demo.offline("verify --sample 10").exit == 0);
    CHECK(demo.offline("verify --from 10 --to 20").exit == 0);
    CHECK(demo.offline("checkpoint list").exit == 0);
    REQUIRE(demo.offline("log fetch --to " + demo.file("copy")).exit == 0);
    CHECK(demo.copy("verify").exit == 0);

    fs::remove_all(demo.data() + "/vault");
    fs::remove_all(demo.data() + "/signing");
    const Ran bare = demo.offline("verify -o json --log-only");
    CHECK(bare.exit == 0);
    CHECK(object_of(bare).at("skipped").as_array().size() == 2);
    CHECK(bare.err.find("not checked") != std::string::npos);
}
