// What the clock demands (settled.md 2.10): pure functions of a standing and a day.
#include <openssl/evp.h>

#include <algorithm>

#include "events/rules/decide.h"
#include "events/rules/engagement.h"
#include "events/rules/reference_book.h"

namespace events {
namespace {

using schema::Payload;

constexpr std::string_view no_payload = "{}";

/// INV-X10.
void add_lapse(const TransferCase& transfer, const ReferenceBook& reference,
               std::vector<Duty>& found) {
    if (!transfer.is_open()) return;
    const auto days = static_cast<int>(reference.parameter("lapse_days", transfer.last_step));
    found.push_back({Payload::TransferLapsed,
                     {StreamKind::transfer, transfer.id},
                     transfer.last_step + days,
                     std::nullopt,
                     "{\"idle_days\":" + std::to_string(days) + "}"});
}

/// How a live engagement ends without anybody's doing: the earliest of conversion, death and the
/// end of its period.
Duty ending_of(const Person& person, const EngagementCase& engagement) {
    const StreamId stream{StreamKind::engagement, engagement.id};
    const auto* transfer = converting_transfer(person, engagement);
    if (transfer && engagement.spans.back().from <= *transfer->effected_on)
        return {Payload::EngagementConverted, stream, *transfer->effected_on,
                transfer->effected_on, "{\"transfer\":\"" + transfer->id.text() + "\"}"};
    const auto death = person.died_on();
    if (death && *death < engagement.period.to) {
        const auto day = std::max(*death, engagement.spans.back().from);
        return {Payload::EngagementTerminated, stream, *death, day,
                "{\"reason\":\"The person has died. 本人已去世。\"}"};
    }
    // One day of waiting, so that a conversion dated on the end may still come (settled.md 2.7).
    return {Payload::EngagementCompleted, stream, engagement.period.to + 1, engagement.period.to,
            std::string{no_payload}};
}

void add_engagement(const Person& person, const EngagementCase& engagement,
                    const ReferenceBook& reference, std::vector<Duty>& found) {
    const StreamId stream{StreamKind::engagement, engagement.id};
    if (engagement.state == EngagementState::proposed ||
        engagement.state == EngagementState::consented) {
        // Its period has passed: it can never start.
        found.push_back({Payload::EngagementCancelled, stream, engagement.period.to, std::nullopt,
                         std::string{no_payload}});
        return;
    }
    if (!engagement.is_live()) return;
    found.push_back(ending_of(person, engagement));
    if (engagement.state != EngagementState::active) return;
    const auto consent = home_consent_due(person, engagement, reference);
    if (!consent || *consent >= found.back().due) return;
    const auto day = std::max(*consent, engagement.spans.back().from);
    found.push_back({Payload::EngagementSuspended, stream, *consent, day,
                     "{\"reason\":\"The new home employer has not consented in time. "
                     "新的人事关系单位未按期同意。\"}"});
}

/// Every duty that the standing as it is will bring, due or not.
std::vector<Duty> coming(const Person& person, const ReferenceBook& reference) {
    std::vector<Duty> found;
    for (const auto& transfer : person.transfers) add_lapse(transfer, reference, found);
    for (const auto& engagement : person.engagements)
        add_engagement(person, engagement, reference, found);
    return found;
}

void append(std::string& bytes, std::uint64_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
        bytes.push_back(static_cast<char>(value >> shift & 0xff));
}

void append(std::string& bytes, const Id& id) {
    bytes.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
}

Hash sha256(const std::string& bytes) {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    Hash hash{};
    const int done =
        EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, algorithm, nullptr);
    ENSURE(done == 1, "SHA-256 is always there");
    return hash;
}

}  // namespace

std::vector<Duty> duties(const Person& person, Date today, const ReferenceBook& reference) {
    auto found = coming(person, reference);
    std::erase_if(found, [&](const Duty& duty) { return duty.due > today; });
    return found;
}

std::optional<Date> next_duty(const Person& person, Date today, const ReferenceBook& reference) {
    std::optional<Date> next;
    for (const auto& duty : coming(person, reference))
        if (duty.due > today && (!next || duty.due < *next)) next = duty.due;
    return next;
}

CommandId duty_command(const Id& ledger, const Duty& duty) {
    std::string bytes = "ledger/duty/v1";
    append(bytes, ledger);
    append(bytes, static_cast<std::uint64_t>(duty.stream.kind), 1);
    append(bytes, duty.stream.id);
    append(bytes, static_cast<std::uint64_t>(duty.type), 2);
    append(bytes, static_cast<std::uint32_t>(duty.due.days), 4);
    const auto hash = sha256(bytes);
    CommandId id;
    std::copy_n(hash.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

}  // namespace events
