// Reference books for tests that need a calendar but no log.
#pragma once

#include <string>
#include <vector>

#include "events/rules/reference_book.h"

namespace tests {

struct ListedDay {
    events::Date date;
    events::schema::DayKind kind;
};

/// The official arrangement of 2019 (calendar_cn_2019.csv), written out.
inline std::vector<ListedDay> days_of_2019() {
    using events::schema::DayKind;
    std::vector<ListedDay> days;
    const auto add = [&](const char* text, DayKind kind) {
        days.push_back({events::Date::parse(text).value(), kind});
    };
    for (const auto* day : {"2019-02-02", "2019-02-03", "2019-04-28", "2019-05-05", "2019-09-29",
                            "2019-10-12"})
        add(day, DayKind::WORKDAY);
    for (const auto* day :
         {"2019-01-01", "2019-02-04", "2019-02-05", "2019-02-06", "2019-02-07", "2019-02-08",
          "2019-02-09", "2019-02-10", "2019-04-05", "2019-05-01", "2019-05-02", "2019-05-03",
          "2019-05-04", "2019-06-07", "2019-09-13", "2019-10-01", "2019-10-02", "2019-10-03",
          "2019-10-04", "2019-10-05", "2019-10-06", "2019-10-07"})
        add(day, DayKind::HOLIDAY);
    return days;
}

/// Publishes a calendar in the book, as the fact of its CalendarPublished would.
inline void publish(events::ReferenceBook& book, int year, const std::vector<ListedDay>& days) {
    flatbuffers::FlatBufferBuilder builder;
    std::vector<flatbuffers::Offset<events::schema::CalendarDay>> listed;
    for (const auto& day : days) {
        const auto date = day.date.stored();
        listed.push_back(events::schema::CreateCalendarDay(builder, &date, day.kind));
    }
    builder.Finish(events::schema::CreateCalendarPublished(
        builder, static_cast<std::uint16_t>(year), builder.CreateVector(listed)));
    events::Fact fact;
    fact.type = events::schema::Payload::CalendarPublished;
    fact.payload =
        flatbuffers::GetRoot<events::schema::CalendarPublished>(builder.GetBufferPointer());
    fact.from = events::Date::of(year, 1, 1);
    fact.to = events::Date::of(year + 1, 1, 1);
    fact.home = events::reference_stream("calendar");
    book.apply(fact);
}

inline events::ReferenceBook book_without_calendar() {
    return events::ReferenceBook(events::CodeLists::built_in());
}

inline events::ReferenceBook book_of_2019() {
    auto book = book_without_calendar();
    publish(book, 2019, days_of_2019());
    return book;
}

}  // namespace tests
