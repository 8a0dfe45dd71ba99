// Facts of the test log that transparency-dev/tessera publishes in testdata/log: entries, key and
// what must come out of them, byte for byte.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/proof/base64.h"
#include "ledger/proof/merkle.h"

namespace test {

inline constexpr std::string_view published_key =
    "PRIVATE+KEY+example.com/log/testdata+33d7b496+"
    "AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg";
inline constexpr std::string_view published_verifier =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
inline constexpr std::array<std::string_view, 15> published_entries = {
    "one",  "two", "three",  "four",  "five",     "six",     "seven", "eit",
    "nain", "ten", "ileven", "twelf", "threeten", "fourten", "fivten"};
inline const std::map<std::uint64_t, std::string_view> published_roots = {
    {0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
    {1, "0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek="},
    {6, "a6sWvsc2eEzmj72vah7mZ5dwFltivehh2b11qwlp5Jg="},
    {7, "IrSXADBqJ7EQoUODSDKROySgNveeL6CFhik2w/+fS7U="},
    {8, "bC+VwvrJbalNVjfkdI8kUgs7mJoXrqiXCE7bgnD28pY="},
    {15, "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs="}};

/// A tree in memory, by the recursive definition of RFC 6962, for comparison.
class NaiveTree {
public:
    explicit NaiveTree(std::vector<proof::Hash> leaves) : leaves_(std::move(leaves)) {}

    const std::vector<proof::Hash>& leaves() const { return leaves_; }
    proof::Hash root(std::size_t from, std::size_t upto) const {
        if (from == upto) return proof::empty_root();
        if (upto - from == 1) return leaves_[from];
        const auto middle = from + split(upto - from);
        return proof::node_hash(root(from, middle), root(middle, upto));
    }
    proof::Hash root(std::size_t size) const { return root(0, size); }
    proof::Path inclusion(std::size_t index, std::size_t from, std::size_t upto) const {
        if (upto - from == 1) return {};
        const auto middle = from + split(upto - from);
        const bool left = index < middle;
        auto path = left ? inclusion(index, from, middle) : inclusion(index, middle, upto);
        path.push_back(left ? root(middle, upto) : root(from, middle));
        return path;
    }
    proof::Path consistency(std::size_t older, std::size_t from, std::size_t upto,
                            bool whole = true) const {
        if (older == upto) return whole ? proof::Path{} : proof::Path{root(from, upto)};
        const auto middle = from + split(upto - from);
        const bool left = older <= middle;
        auto path = left ? consistency(older, from, middle, whole)
                         : consistency(older, middle, upto, false);
        path.push_back(left ? root(middle, upto) : root(from, middle));
        return path;
    }
    proof::ReadSubtree reader() const {
        return [this](proof::Subtree at) -> std::optional<proof::Hash> {
            return root(at.index << at.height, (at.index + 1) << at.height);
        };
    }

private:
    /// The largest power of two strictly below `size`.
    static std::size_t split(std::size_t size) {
        std::size_t k = 1;
        while (2 * k < size) k *= 2;
        return k;
    }
    std::vector<proof::Hash> leaves_;
};

inline NaiveTree published_tree(std::size_t size = published_entries.size()) {
    std::vector<proof::Hash> leaves;
    for (std::size_t i = 0; i < size; ++i) leaves.push_back(proof::leaf_hash(published_entries[i]));
    return NaiveTree(std::move(leaves));
}

inline std::string base64(const proof::Hash& hash) {
    return proof::base64(proof::bytes_of(hash));
}

inline std::vector<std::string> base64(const proof::Path& path) {
    std::vector<std::string> out;
    for (const auto& hash : path) out.push_back(base64(hash));
    return out;
}

}  // namespace test
