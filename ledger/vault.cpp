#include "ledger/vault.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "ledger/bytes.h"

namespace ledger {
namespace {

constexpr std::uint32_t vault_format = 1;
constexpr std::size_t cached_keys_max = 50'000;  // in each half
constexpr std::string_view ledger_name = "ledger";
constexpr std::string_view vault_format_name = "format";
constexpr std::string_view last_write_name = "last_write";
constexpr std::size_t holder_key_bytes = 32 + 8 + 2;
constexpr std::size_t holder_value_bytes = 16 + 16 + 1;

using storage::Part;

std::string key_row_name(const events::Id& subject, events::PersonalClass personal_class) {
    std::string out;
    append_bytes(out, subject.bytes);
    append_number(out, static_cast<std::uint8_t>(personal_class));
    return out;
}

/// Binds a wrapped key to the person, the class and its id.
std::string wrap_context(std::string_view name, const events::Id& key_id, std::uint32_t epoch) {
    std::string out = "ledger/datakey/v1";
    out += name;
    append_bytes(out, key_id.bytes);
    append_number(out, epoch);
    return out;
}

std::string holder_key(const VaultChanges::NewHolder& holder) {
    std::string out(text_of(holder.number));
    append_number(out, holder.position);
    append_number(out, holder.index);
    return out;
}

std::string holder_value(const VaultChanges::NewHolder& holder) {
    std::string out;
    append_bytes(out, holder.owner.bytes);
    append_bytes(out, holder.command.bytes);
    append_number(out, static_cast<std::uint8_t>(holder.release));
    return out;
}

VaultChanges::NewHolder decoded_holder(std::string_view key, std::string_view value) {
    ByteReader in(key);
    VaultChanges::NewHolder out;
    out.number = in.array<32>();
    out.position = in.number<std::uint64_t>();
    out.index = in.number<std::uint16_t>();
    ByteReader rest(value);
    out.owner.bytes = rest.array<16>();
    out.command.bytes = rest.array<16>();
    out.release = rest.number<std::uint8_t>() != 0;
    return out;
}

std::uint64_t short_hash(const events::Hash& hash) {
    std::uint64_t out;
    std::memcpy(&out, hash.data(), sizeof out);
    return out;
}

base::Error missing(std::string what) {
    return {base::Fault::corrupt, "E_VAULT_MISSING", std::move(what)};
}

}  // namespace

void VaultChanges::append(VaultChanges&& more) {
    std::move(more.keys.begin(), more.keys.end(), std::back_inserter(keys));
    std::move(more.holders.begin(), more.holders.end(), std::back_inserter(holders));
}

base::Result<std::unique_ptr<Vault>> Vault::open(const std::filesystem::path& dir, Opening opening,
                                                 base::Random& random, const storage::Disk* disk) {
    std::unique_ptr<Vault> out(new Vault);
    if (opening != Opening::create && !std::filesystem::exists(dir / "CURRENT")) {
        return missing("the vault is not where it belongs (folder vault/)");
    }
    auto files = opening == Opening::create ? KeyFiles::create(dir / "keys", random)
                                            : KeyFiles::open(dir / "keys");
    if (!files) return files.error();
    out->files_ = std::move(*files);
    const auto mode = opening == Opening::create  ? storage::Mode::create
                      : opening == Opening::write ? storage::Mode::write
                                                  : storage::Mode::read_only;
    auto database = storage::Database::open(dir, storage::Kind::vault, mode, disk);
    if (!database) {
        auto error = database.error();
        error.what = "the vault: " + error.what;
        return error;
    }
    out->database_ = std::move(*database);
    if (auto started = out->start(opening, random); !started) return started.error();
    return out;
}

base::Result<void> Vault::start(Opening opening, base::Random& random) {
    const auto owner = database_->get(Part::vault_meta, ledger_name);
    if (!owner) return owner.error();
    const auto format = database_->get(Part::vault_meta, vault_format_name);
    if (!format) return format.error();
    if (owner->has_value() && format->has_value()) {
        if ((*owner)->size() != 16) return missing("the vault does not say whose it is");
        std::memcpy(ledger_.bytes.data(), (*owner)->data(), 16);
        ByteReader reader(**format);
        if (reader.number<std::uint32_t>() != vault_format) {
            return base::Error{base::Fault::conflict, "E_FORMAT_VERSION",
                               "the vault was written by another version of this program"};
        }
        return {};
    }
    if (opening != Opening::create) return missing("the vault is empty");
    ledger_.bytes = random.bytes<16>();
    storage::Batch batch;
    batch.put(Part::vault_meta, ledger_name, text_of(ledger_.bytes));
    std::string version;
    append_number(version, vault_format);
    batch.put(Part::vault_meta, vault_format_name, version);
    return database_->write(batch);
}

std::shared_ptr<const DataKey> Vault::cached(const Name& name) const {
    const std::lock_guard lock(mutex_);
    for (const auto* half : {&young_, &old_}) {
        if (const auto found = half->find(name); found != half->end()) return found->second;
    }
    return nullptr;
}

void Vault::cache(const Name& name, std::shared_ptr<const DataKey> key) {
    const std::lock_guard lock(mutex_);
    if (young_.size() >= cached_keys_max) {
        old_ = std::move(young_);
        young_.clear();
    }
    young_.insert_or_assign(name, std::move(key));
}

base::Result<std::shared_ptr<const DataKey>> Vault::find(const events::Id& subject,
                                                         events::PersonalClass personal_class) {
    if (auto key = cached({subject, personal_class})) return key;
    const auto name = key_row_name(subject, personal_class);
    const auto record = database_->get(Part::data_keys, name);
    if (!record) return record.error();
    if (!record->has_value()) return std::shared_ptr<const DataKey>{};
    ByteReader reader(**record);
    auto key = std::make_shared<DataKey>();
    key->id.bytes = reader.array<16>();
    const auto epoch = reader.number<std::uint32_t>();
    Key data_key{};
    // A key that its shard's key no longer opens has been destroyed.
    if (!files_->unwrap(key->id, reader.rest(), wrap_context(name, key->id, epoch), data_key)) {
        return std::shared_ptr<const DataKey>{};
    }
    key->derived = derive_key(data_key);
    wipe(data_key);
    cache({subject, personal_class}, key);
    return std::shared_ptr<const DataKey>(key);
}

base::Result<std::shared_ptr<const DataKey>> Vault::make(const events::Id& subject,
                                                         events::PersonalClass personal_class,
                                                         base::Random& random,
                                                         VaultChanges& changes) {
    auto known = find(subject, personal_class);
    if (!known || *known) return known;
    Key data_key = random.bytes<32>();
    auto key = std::make_shared<DataKey>();
    key->id.bytes = random.bytes<16>();
    key->derived = derive_key(data_key);
    const auto name = key_row_name(subject, personal_class);
    std::string record;
    append_bytes(record, key->id.bytes);
    append_number(record, files_->epoch());
    record += files_->wrap(key->id, data_key, wrap_context(name, key->id, files_->epoch()), random);
    wipe(data_key);
    changes.keys.push_back({subject, personal_class, std::move(record)});
    cache({subject, personal_class}, key);
    return std::shared_ptr<const DataKey>(key);
}

events::Hash Vault::hash_of(std::string_view number) const {
    return hmac_sha256(text_of(files_->lookup()), {"ledger/holder/v1", number});
}

base::Result<std::vector<events::Id>> Vault::holders(std::string_view number,
                                                     const IsRecorded& recorded) const {
    const auto hash = hash_of(number);
    std::vector<VaultChanges::NewHolder> entries;
    auto cursor = database_->walk(Part::holders);
    for (cursor.seek(text_of(hash)); cursor.valid() && cursor.key().starts_with(text_of(hash));
         cursor.next()) {
        entries.push_back(decoded_holder(cursor.key(), cursor.value()));
    }
    if (auto status = cursor.status(); !status) return status.error();
    {
        const std::lock_guard lock(mutex_);
        const auto [first, last] = pending_.equal_range(short_hash(hash));
        for (auto entry = first; entry != last; ++entry) {
            if (entry->second.number == hash) entries.push_back(entry->second);
        }
    }
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
        return std::tie(a.position, a.index) < std::tie(b.position, b.index);
    });
    std::vector<events::Id> out;
    for (const auto& entry : entries) {
        // One that is both pending and on disk counts once; so does one who takes it twice.
        if (!recorded(entry.command)) continue;
        std::erase(out, entry.owner);
        if (!entry.release) out.push_back(entry.owner);
    }
    return out;
}

void Vault::claim(const VaultChanges& changes) {
    const std::lock_guard lock(mutex_);
    for (const auto& holder : changes.holders) pending_.emplace(short_hash(holder.number), holder);
}

base::Result<void> Vault::write(const VaultChanges& changes) {
    batch_.clear();
    std::string written;
    for (const auto& key : changes.keys) {
        batch_.put(Part::data_keys, key_row_name(key.subject, key.personal_class), key.record);
    }
    for (const auto& holder : changes.holders) {
        const auto name = holder_key(holder);
        batch_.put(Part::holders, name, holder_value(holder));
        written += name;
    }
    batch_.put(Part::vault_meta, last_write_name, written);
    if (auto done = database_->write(batch_); !done) return done.error();
    const std::lock_guard lock(mutex_);
    for (const auto& holder : changes.holders) {
        const auto [first, end] = pending_.equal_range(short_hash(holder.number));
        for (auto entry = first; entry != end; ++entry) {
            if (holder_key(entry->second) != holder_key(holder)) continue;
            pending_.erase(entry);
            break;
        }
    }
    return {};
}

base::Result<void> Vault::sweep(const IsRecorded& recorded) {
    const auto last = database_->get(Part::vault_meta, last_write_name);
    if (!last) return last.error();
    if (!last->has_value()) return {};
    storage::Batch batch;
    for (std::string_view rest = **last; rest.size() >= holder_key_bytes;
         rest.remove_prefix(holder_key_bytes)) {
        const auto name = rest.substr(0, holder_key_bytes);
        const auto value = database_->get(Part::holders, name);
        if (!value) return value.error();
        if (!value->has_value() || (*value)->size() != holder_value_bytes) continue;
        if (!recorded(decoded_holder(name, **value).command)) batch.remove(Part::holders, name);
    }
    if (batch.empty()) return {};
    return database_->write(batch);
}

}  // namespace ledger
