#include "tools/bench/workbench.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <semaphore>
#include <utility>

#include "events/rules/person.h"
#include "tools/load/actor.h"
#include "tools/synthetic/synthetic.h"

namespace tools {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t batch_commands = 1'000;
constexpr std::size_t batches_under_way = 4;
constexpr std::size_t people_max = 20'000;

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

base::Error no_folder(const fs::path& dir) {
    return {base::Fault::storage, "E_STORAGE",
            fmt::format("no folder can be made in {}", dir.string())};
}

}  // namespace

Workbench::Workbench(const BenchOptions& options, const base::Clock& clock, base::Random& random)
    : options_(options),
      clock_(clock),
      random_(random),
      reader_(events::Catalogue::built_in(), events::CodeLists::built_in()) {
    declarer_.id.bytes = random.bytes<16>();
    declarer_.role = events::Role::T;
    declarer_.assurance = events::schema::Assurance::ASSERTED;
    registrar_ = declarer_;
    registrar_.role = events::Role::M;
    actor_ = actor_text(declarer_);
}

Workbench::~Workbench() {
    ledger_.reset();
    raw_.reset();
    std::error_code ignored;
    if (!dir_.empty()) fs::remove_all(dir_, ignored);
}

base::Result<std::unique_ptr<Workbench>> Workbench::make(const BenchOptions& options,
                                                         const base::Clock& clock,
                                                         base::Random& random) {
    std::unique_ptr<Workbench> bench(new Workbench(options, clock, random));
    std::string name = (options.dir / "talentctl-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) return no_folder(options.dir);
    bench->dir_ = name;
    if (auto opened = bench->open_ledger(ledger::Ledger::Opening::demo); !opened) {
        return opened.error();
    }
    auto raw = ledger::storage::RawBaseline::open(bench->dir_ / "raw");
    if (!raw) return raw.error();
    bench->raw_ = *std::move(raw);
    return bench;
}

base::Result<void> Workbench::open_ledger(ledger::Ledger::Opening opening) {
    ledger::Ledger::Options options;
    options.dir = ledger_dir();
    options.opening = opening;
    fs::create_directories(options.dir);
    auto opened = ledger::Ledger::open(options, clock_, random_);
    if (!opened) return opened.error();
    ledger_ = *std::move(opened);
    return {};
}

double Workbench::seconds_since(base::Clock::Instant started) const {
    return std::chrono::duration<double>(clock_.now() - started).count();
}

/// Reading JSON is not what is measured, so it is done beforehand.
base::Result<void> Workbench::read_synthetic() {
    synthetic::Options wanted;
    wanted.seed = options_.seed;
    wanted.talents = options_.talents;
    synthetic::Generator generator(wanted);
    synthetic::Step step;
    prepared_.emplace_back();
    while (generator.next(step)) {
        auto command = reader_.read(step.json, *step.actor);
        if (!command) continue;  // made to be refused
        if (prepared_.back().size() == batch_commands) prepared_.emplace_back();
        prepared_.back().push_back(*std::move(command));
    }
    return {};
}

/// Seconds from the first hand-over to the last answer. As an importer does, hands over further
/// batches while the first are on their way, at most `batches_under_way` of them.
double Workbench::record(std::span<std::vector<events::Command>> batches) {
    constexpr std::ptrdiff_t room = batch_commands * batches_under_way;
    std::counting_semaphore<room> free_places(room);
    const auto started = clock_.now();
    for (auto& batch : batches) {
        for (auto& command : batch) {
            free_places.acquire();
            ledger_->registrar().submit(
                std::move(command), [&](base::Result<ledger::Receipt>) { free_places.release(); });
        }
        batch.clear();
    }
    for (std::ptrdiff_t i = 0; i < room; ++i) free_places.acquire();
    return seconds_since(started);
}

base::Result<std::vector<std::string>> Workbench::bytes_from(std::uint64_t position) const {
    std::vector<std::string> out;
    auto scan = ledger_->scan({position}, {ledger_->head().size});
    for (;;) {
        auto next = scan.next();
        if (!next) return next.error();
        if (!*next) return out;
        out.emplace_back(scan.bytes());
    }
}

/// The same events under sequential keys, synced after every `batch_commands`.
base::Result<double> Workbench::record_raw(std::uint64_t from) {
    auto bytes = bytes_from(from);
    if (!bytes) return bytes.error();
    const std::vector<std::string_view> views(bytes->begin(), bytes->end());
    const auto started = clock_.now();
    for (std::size_t at = 0; at < views.size(); at += batch_commands) {
        const auto batch =
            std::span(views).subspan(at, std::min(batch_commands, views.size() - at));
        if (auto written = raw_->write(batch); !written) return written.error();
    }
    return seconds_since(started);
}

base::Result<Finding> Workbench::fill() {
    if (auto read = read_synthetic(); !read) return read.error();
    Finding found{.work = "bulk import in process, batches of 1,000 commands",
                  .unit = "events/s",
                  .baseline = "raw RocksDB, same bytes and batches"};
    found.ratio_least = 0.25;
    found.ratio_goal = 0.5;
    found.note = "synthetic years: registrations with sealed fields, moves, engagements";
    const std::size_t per_round =
        std::max<std::size_t>(1, prepared_.size() / static_cast<std::size_t>(options_.rounds));
    for (std::size_t done = 0; done < prepared_.size();) {
        const std::uint64_t before = ledger_->head().size;
        const auto batches = std::min(per_round, prepared_.size() - done);
        const double ours = record(std::span(prepared_).subspan(done, batches));
        done += batches;
        const auto raws = record_raw(before);
        if (!raws) return raws.error();
        const auto events = static_cast<double>(ledger_->head().size - before);
        if (events == 0) continue;
        found.subject_rounds.push_back(events / ours);
        found.baseline_rounds.push_back(events / *raws);
    }
    prepared_.clear();
    find_people();
    return found;
}

void Workbench::find_people() {
    auto scan = ledger_->scan({0}, {ledger_->head().size});
    const auto history = ledger_->history();
    for (auto next = scan.next(); next && *next && people_.size() < people_max;
         next = scan.next()) {
        if (scan.event().payload_type() != events::schema::Payload::TalentRegistered) continue;
        const auto id = events::Id::of(scan.event().streams()->Get(0)->id());
        const auto person = events::fold_person(id, *history);
        if (!person.closed() && person.registered) people_.push_back(id);
    }
}

std::string Workbench::declaration_json() {
    events::Id command;
    command.bytes = random_.bytes<16>();
    const events::Id& person = people_[next_person_++ % people_.size()];
    return fmt::format(
        "{{\"specversion\":\"1.0\",\"id\":\"{}\",\"source\":\"talentctl/bench\","
        "\"type\":\"talent.AvailabilityDeclared.v1\",\"subject\":\"talent/{}\","
        "\"effectivefrom\":\"{}\",\"data\":{{\"payload\":{{\"modes\":[\"FLEX\"],"
        "\"regions\":[\"510100\",\"513401\"],\"load\":200}}}}}}",
        command.text(), person.text(),
        ledger_->zone().civil_date(ledger_->head().recorded_at).text());
}

std::string Workbench::registration_json() {
    events::Id command, talent;
    command.bytes = random_.bytes<16>();
    talent.bytes = random_.bytes<16>();
    return fmt::format(
        "{{\"specversion\":\"1.0\",\"id\":\"{}\",\"source\":\"talentctl/bench\","
        "\"type\":\"talent.TalentRegistered.v1\",\"subject\":\"talent/{}\","
        "\"effectivefrom\":\"{}\",\"data\":{{\"legal_basis\":\"STATUTORY_DUTY\",\"payload\":{{"
        "\"category\":\"ZJ\",\"doc\":{{\"kind\":\"PASS\",\"issuer\":\"FRA\",\"number\":\"B{}\"}},"
        "\"name\":{{\"latin\":\"Bench Example\"}},\"sex\":0,\"birth_year\":1980,"
        "\"nationality\":\"FRA\",\"residence\":\"510100\"}}}}}}",
        command.text(), talent.text(),
        ledger_->zone().civil_date(ledger_->head().recorded_at).text(),
        upper(talent.text().substr(0, 12)));
}

base::Result<std::vector<events::Command>> Workbench::read_all(std::size_t count,
                                                               const events::Actor& actor,
                                                               std::string (Workbench::*json)()) {
    std::vector<events::Command> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto command = reader_.read((this->*json)(), actor);
        if (!command) return command.error();
        out.push_back(*std::move(command));
    }
    return out;
}

base::Result<std::vector<events::Command>> Workbench::registrations(std::size_t count) {
    return read_all(count, registrar_, &Workbench::registration_json);
}

base::Result<std::vector<events::Command>> Workbench::declarations(std::size_t count) {
    if (people_.empty()) {
        return base::Error{base::Fault::not_found, "E_NO_TALENT",
                           "the synthetic commands have left nobody registered"};
    }
    return read_all(count, declarer_, &Workbench::declaration_json);
}

}  // namespace tools
