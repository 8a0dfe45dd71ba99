#include "ledger/proof/note.h"

#include <catch2/catch.hpp>

#include "ledger/proof/base64.h"
#include "ledger/proof/checkpoint.h"
#include "ledger/proof/hashes.h"
#include "tests/proof/published_log.h"

namespace {

std::string hex_sha256(std::string_view bytes) {
    return events::hex(proof::sha256({bytes}));
}

proof::Checkpoint published_checkpoint(std::uint64_t size) {
    return {"example.com/log/testdata", size, test::published_tree(size).root(size)};
}

std::string published_note(std::uint64_t size) {
    const auto key = proof::SigningKey::parse(test::published_key);
    const auto text = published_checkpoint(size).text();
    return proof::Note{text, {key->sign_note(text)}}.encoded();
}

}  // namespace

TEST_CASE("A signature over a checkpoint is the published one") {
    const auto key = proof::SigningKey::parse(test::published_key);
    REQUIRE(key);
    CHECK(key->text() == test::published_key);
    CHECK(key->verifier().text() == test::published_verifier);
    CHECK(published_note(0).find("M9e0lhxJACzE1KoUdqKuPa+9p6R7dSW8BlEvrg/noo8FkGg6PbJoRNOcdjqjOq89"
                                 "wVvTA60eubCc4oufo5BvIVEgtQc=") != std::string::npos);
    CHECK(published_note(15).find("M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEW"
                                  "P6zdkdIQzd/fmwlM/dlPWF74ewI=") != std::string::npos);
}

TEST_CASE("The key and the note of Go's own test are reproduced") {
    const auto key = proof::SigningKey::parse(
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz");
    REQUIRE(key);
    const std::string text =
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n";
    const auto line = key->sign_note(text);
    CHECK(
        proof::encoded(line) ==
        "\xe2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNX"
        "gKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
    const auto foo = proof::VerifierKey::parse(
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    CHECK(foo);
}

TEST_CASE("A cosignature is that of two other programs") {
    const auto log = proof::SigningKey::parse(test::published_key);
    std::string seed_text = *proof::unbase64("AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg");
    seed_text[0] = 4;
    const std::string name = "witness.example.com/w1";
    const auto witness =
        proof::SigningKey::parse("PRIVATE+KEY+" + name + "+82ccc88e+" + proof::base64(seed_text));
    REQUIRE(witness);
    CHECK(witness->verifier().text() ==
          "witness.example.com/w1+82ccc88e+BOHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
    const auto text = published_checkpoint(15).text();
    const auto message = proof::cosignature_message(1679315147, text);
    CHECK(message.size() == 104);
    CHECK(hex_sha256(message) ==
          "542e962db3fd6d61855c4320ffb32806bffa826f966fd405a4e53cbb520579ba");
    const auto line = proof::cosign(*witness, 1679315147, text);
    CHECK(
        proof::encoded(line) ==
        "\xe2\x80\x94 witness.example.com/w1 gszIjgAAAABkGFDLU8lL/xl41ywuQPE4WNwBRA1vvmUnCQ/yy6aSA"
        "jZW42mczmnuBM5L6fhzKnTK9SPHBTn/n3KBl4dSA7KK7aJFCA==\n");
    CHECK(*proof::verify_cosignature(witness->verifier(), line, text) == 1679315147);
    CHECK_FALSE(proof::verify_cosignature(witness->verifier(), line, text + "x\n"));
    auto later = line;
    later.signature[7] = static_cast<char>(later.signature[7] ^ 1);
    CHECK_FALSE(proof::verify_cosignature(witness->verifier(), later, text));

    const auto ml_dsa = proof::ml_dsa_message(name, 1679315147, "example.com/log/testdata", 0, 15,
                                              published_checkpoint(15).root);
    CHECK(ml_dsa.size() == 116);
    CHECK(hex_sha256(ml_dsa) == "062a04a1c20e4c4d28320802a2d4dd9b16ea9a8a29af95d8b9ded8cfb943d151");
}

TEST_CASE("A note comes back as it was written and its signature holds") {
    const auto bytes = published_note(15);
    const auto key = *proof::VerifierKey::parse(test::published_verifier);
    const auto opened = proof::SignedCheckpoint::open(bytes, key);
    REQUIRE(opened);
    CHECK(opened->checkpoint == published_checkpoint(15));
    CHECK(opened->note.encoded() == bytes);
}

TEST_CASE("Every flipped bit of a signed checkpoint is noticed") {
    const auto bytes = published_note(15);
    const auto key = *proof::VerifierKey::parse(test::published_verifier);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto altered = bytes;
        altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ 1 << bit % 8);
        INFO("bit " << bit);
        REQUIRE_FALSE(proof::SignedCheckpoint::open(altered, key));
    }
}

TEST_CASE("A malformed note is refused with its reason") {
    const std::string line = "\xe2\x80\x94 a AAAAAAA=\n";
    struct Case {
        std::string bytes;
        std::string_view why;
    };
    const std::vector<Case> cases = {
        {"", "no empty line"},
        {"text\n", "no empty line"},
        {"text\n\n", "end in a signature"},
        {"text\n\n\xe2\x80\x94 a AAAAAAA=", "end in a signature"},
        {"text\n\n- a AAAAAAA=\n", "begins with a dash"},
        {"text\n\n\xe2\x80\x94 a\n", "name and base64"},
        {"text\n\n\xe2\x80\x94  AAAAAAA=\n", "key name"},
        {"text\n\n\xe2\x80\x94 a+b AAAAAAA=\n", "key name"},
        {"text\n\n\xe2\x80\x94 a AAAAAAB=\n", "base64"},
        {"text\n\n\xe2\x80\x94 a AAAA\n", "base64"},
        {"text\n\n\xe2\x80\x94 a AAAA AAA=\n", "base64"},
        {"te\txt\n\n" + line, "plain UTF-8"},
        {"te\r\n\n" + line, "plain UTF-8"},
        {"te\xc0\x80xt\n\n" + line, "plain UTF-8"},
        {"te\xed\xa0\x80xt\n\n" + line, "plain UTF-8"},
        {"te\xffxt\n\n" + line, "plain UTF-8"},
        {std::string("te\0xt\n\n", 7) + line, "plain UTF-8"},
        {std::string(1'000'001, 'x') + "\n\n" + line, "1,000,000"},
    };
    for (const auto& one : cases) {
        const auto note = proof::Note::parse(one.bytes);
        INFO(one.bytes.substr(0, 40));
        REQUIRE_FALSE(note);
        CHECK(note.error().code == "E_NOTE");
        CHECK(note.error().what.find(one.why) != std::string::npos);
    }
    std::string many = "text\n\n";
    for (int i = 0; i < 101; ++i) many += line;
    CHECK_FALSE(proof::Note::parse(many));
    // The split is at the last empty line.
    CHECK(proof::Note::parse("a\n\nb\n\n" + line)->text == "a\n\nb\n");
}

TEST_CASE("A malformed key is refused") {
    const std::string good(test::published_verifier);
    CHECK(proof::VerifierKey::parse(good));
    for (const std::string& bad :
         {std::string(), std::string("x"), good + "=", good.substr(1), "x" + good,
          good.substr(0, good.size() - 4), std::string("a b+00000000+AAAA"),
          std::string("example.com/log/testdata+33D7B496+"
                      "AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")}) {
        INFO(bad);
        CHECK_FALSE(proof::VerifierKey::parse(bad));
        CHECK_FALSE(proof::SigningKey::parse("PRIVATE+KEY+" + bad));
    }
}

TEST_CASE("A malformed checkpoint is refused") {
    const std::string root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    CHECK(proof::Checkpoint::parse("origin\n12\n" + root + "\n"));
    CHECK(proof::Checkpoint::parse("origin\n12\n" + root + "\nextension\n")->extensions ==
          "extension\n");
    const std::vector<std::string> wrong = {"",
                                            "origin\n12\n" + root,
                                            "\n12\n" + root + "\n",
                                            "origin\n012\n" + root + "\n",
                                            "origin\n-1\n" + root + "\n",
                                            "origin\n9223372036854775808\n" + root + "\n",
                                            "origin\n12\nAAAA\n",
                                            "origin\n12\n" + root + "\n\n",
                                            "origin\n12\n" + root + "\nextension"};
    for (const auto& bad : wrong) {
        INFO(bad);
        CHECK_FALSE(proof::Checkpoint::parse(bad));
    }
}
