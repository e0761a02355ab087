// What objects of one kind (addresses, routes, rules) the kernel should hold, what it does hold, and the
// difference. Each owner (a virtual router, or the daemon itself) manages a set of objects and wants all of
// them present or none. Becoming master, a left-over of a dead predecessor, an object that somebody deleted,
// a reload: all are the same comparison. Pure: the kernel is told by take_changes() and heard by observed(),
// vanished(), resynchronised() and answered(). Work per call grows with what changed, never with what is
// configured.
//
// A Kind says what an object is, which objects are one and the same to the kernel, and how its kernel
// answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/desired/finding.hpp"

namespace understudy {
class ArchiveReader;
class ArchiveWriter;
}  // namespace understudy

namespace understudy::desired {

template <typename Kind>
struct Book;

template <typename Kind>
class Objects {
public:
    using Object = typename Kind::Object;

    Objects();
    ~Objects();
    Objects(Objects&&) noexcept;
    Objects& operator=(Objects&&) noexcept;

    // Replaces the set of objects this owner manages, in the order in which they are to be added. What it no
    // longer manages is removed from the kernel if it was wanted, what is new is added if the owner wants its
    // objects. One object may be managed by several owners: it stays while any wants it. True: the set is
    // another than before, in whatever detail.
    bool manage(Owner owner, std::vector<Object> objects);
    // The owner's objects should be present, or absent. Release removes those that are present, in order.
    void want(Owner owner, bool wanted);
    [[nodiscard]] bool wants(Owner owner) const;
    // How many of the owner's objects still have a change that is queued, in flight or waiting to be put
    // back. A change that the kernel refused and that waits for its retry does not count. 0: the kernel holds
    // what was asked, as far as it lets us.
    [[nodiscard]] std::size_t outstanding(Owner owner) const;
    // The owners for whom that has become 0, at least for a moment, since this was last asked; some of them
    // perhaps more than once.
    [[nodiscard]] std::vector<Owner> take_settled();
    // How many of the owner's objects the kernel holds, as far as it has told.
    [[nodiscard]] std::size_t present(Owner owner) const;
    // What is managed, unwanted and present is a left-over: remove it. Called when the first picture of the
    // kernel is complete, of a successor too, and the owners that are master have said so. Later strangers
    // are left alone (keepalived does the same).
    void remove_leftovers();

    // News from the kernel.
    // True: that is new, and not only its lease.
    bool observed(const Object& object);
    void vanished(const Object& object, Instant now);
    void resynchronised(std::span<const Object> all, Instant now);
    // What the kernel refused may be possible now: try it at once.
    void retry();

    // The next changes to ask of the kernel, at most `most`; additions of one owner in its order. They are in
    // flight until answered.
    [[nodiscard]] std::vector<ChangeOf<Object>> take_changes(std::size_t most, Instant now);
    [[nodiscard]] std::vector<ChangeOf<Object>> take_removals(std::size_t most, Instant now);
    [[nodiscard]] std::vector<ChangeOf<Object>> take_additions(std::size_t most, Instant now);
    [[nodiscard]] std::vector<ChangeOf<Object>> take_renewals(std::size_t most, Instant now);
    [[nodiscard]] bool has_changes(Instant now) const;
    // errors[i] is the answer to changes[i]: 0 or an errno. That an object to be added is there already, or
    // one to be removed is not, is a success.
    void answered(std::span<const ChangeOf<Object>> changes, std::span<const int> errors, Instant now);
    // No answer will come to it: what became of it is what the next resynchronised() shows.
    void unanswered(const ChangeOf<Object>& change);
    // When a change that waits (refused, or repaired too often) or the renewal of a lease is due.
    [[nodiscard]] std::optional<Instant> deadline() const;

    // Everything found since the last call.
    [[nodiscard]] std::vector<FindingOf<Object>> take_findings();

    // For base/archive.hpp.
    void save(ArchiveWriter& out) const;
    void load(ArchiveReader& in);
    [[nodiscard]] static std::uint64_t shape();

protected:
    [[nodiscard]] Book<Kind>& book() { return *book_; }
    [[nodiscard]] const Book<Kind>& book() const { return *book_; }

private:
    std::unique_ptr<Book<Kind>> book_;
};

}  // namespace understudy::desired
