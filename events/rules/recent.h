// A bounded cache: the least recently used goes first. Internal to events/rules.
#pragma once

#include <list>
#include <unordered_map>
#include <utility>

#include "events/ids.h"

namespace events {

/// Bounds:  `trim(n)` keeps the n most recently used.
/// Threads: one thread owns it.
/// A pointer is valid until the entry is put again, erased or trimmed.
template <class Key, class Value>
class Recent {
public:
    Value* find(const Key& key) {
        const auto found = entries_.find(key);
        if (found == entries_.end()) return nullptr;
        order_.splice(order_.begin(), order_, found->second.place);
        return &found->second.value;
    }

    Value* put(const Key& key, Value value) {
        if (auto* known = find(key)) {
            *known = std::move(value);
            return known;
        }
        order_.push_front(key);
        const auto made = entries_.emplace(key, Entry{std::move(value), order_.begin()});
        return &made.first->second.value;
    }

    void erase(const Key& key) {
        const auto found = entries_.find(key);
        if (found == entries_.end()) return;
        order_.erase(found->second.place);
        entries_.erase(found);
    }

    void trim(std::size_t most) {
        while (entries_.size() > most) {
            entries_.erase(order_.back());
            order_.pop_back();
        }
    }

private:
    struct Entry {
        Value value;
        typename std::list<Key>::iterator place;
    };

    std::unordered_map<Key, Entry, IdHash> entries_;
    std::list<Key> order_;  ///< most recently used first
};

}  // namespace events
