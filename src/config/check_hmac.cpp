#include "check_hmac.hpp"

#include <algorithm>

#include "understudy/base/text.hpp"

#include "secret.hpp"

namespace understudy::config {

namespace {

constexpr std::size_t kLargestKeyFile = 138;  // octets: "hex:", 128 digits, and an end of line or two
constexpr std::uint32_t kGroupAndOthers = 0077;
constexpr seconds kShortestWindow{5};
constexpr const char* kWhatItHolds = "the file holds 32 to 64 characters, or hex: and 64 to 128 digits";
constexpr const char* kWhoMayRead =
    "chown it to who runs understudyd, which is user understudy as a service, and chmod 600";
constexpr seconds kLongestWindow{300};

class HmacCheck {
public:
    HmacCheck(const CheckContext& context, const InstanceDraft& draft, model::Instance& instance)
        : context_(context), draft_(*draft.hmac), instance_(instance) {}

    void run() {
        model::HmacAuthentication hmac = draft_.plain;
        hmac.keys.clear();
        for (std::size_t i = 0; i < draft_.plain.keys.size(); ++i) {
            model::HmacKey key = draft_.plain.keys[i];
            if (read_file(key, draft_.secret_spans[i])) hmac.keys.push_back(std::move(key));
        }
        hmac.active_key = draft_.active_key.value_or(0);
        want_active_key(hmac);
        hmac.time_window = draft_.time_window.value_or(standard_window());
        hmac.mode = draft_.mode.value_or(hmac.mode);
        if (instance_.strict && hmac.mode != model::HmacMode::Enforce) {
            hmac.mode = model::HmacMode::Enforce;
            context_.diags
                .add(Code::StrictCorrected, draft_.mode.span, "in strict mode every advert must be authentic")
                .label("enforce is used");
        }
        instance_.hmac = std::move(hmac);
    }

private:
    // False: there is nothing usable in it.
    bool read_file(model::HmacKey& key, Span span) {
        if (key.file.empty() || context_.host == nullptr) return true;
        const auto file = context_.host->key_file(key.file);
        if (file == std::unexpected(ReadFault::Forbidden))
            return unusable(span, key.file, std::string{name(file.error())}, kWhoMayRead);
        if (!file) return unusable(span, key.file, std::string{name(file.error())});
        if ((file->mode & kGroupAndOthers) != 0 || (file->owner != 0 && !file->ours)) exposed(span, key.file);
        if (const auto user = context_.host->excluded_from(key.file)) hidden(span, key.file, *user);
        if (file->content.size() > kLargestKeyFile)
            return unusable(span, key.file,
                            "it has " + std::to_string(file->content.size()) + " octets, more than any key");
        const std::size_t end = file->content.find_last_not_of("\r\n");
        const auto secret = parse_secret(std::string_view{file->content}.substr(0, end + 1));
        if (!secret) return unusable(span, key.file, secret.error());
        key.secret = *secret;
        return true;
    }

    bool unusable(Span span, const std::string& path, const std::string& why,
                  const char* hint = kWhatItHolds) {
        context_.diags.add(Code::KeyFileUnusable, span, quote(path) + " holds no key: " + why)
            .label("the key is not used")
            .hint(hint);
        return false;
    }

    void exposed(Span span, const std::string& path) {
        context_.diags
            .add(Code::KeyFileExposed, span,
                 "others than who runs understudyd can read or change " + quote(path))
            .label("whoever knows the key can take the addresses")
            .hint(std::string{kWhoMayRead} + ", and change the key");
    }

    void hidden(Span span, const std::string& path, const std::string& user) {
        context_.diags.add(Code::HiddenFromService, span, "user " + user + " may not read " + quote(path))
            .label("the service, which runs the daemon as that user, would not start")
            .hint("chown " + user + " and chmod 600");
    }

    void want_active_key(const model::HmacAuthentication& hmac) {
        if (hmac.key(hmac.active_key) != nullptr) return;
        // A file that could not be used was complained about.
        if (draft_.plain.key(hmac.active_key) != nullptr) return;
        context_.diags
            .add(Code::HmacIncomplete, draft_.active_key ? draft_.active_key.span : draft_.span,
                 draft_.active_key ? "there is no such key" : "auth_hmac has no active_key")
            .label("the instance stays in FAULT until it has one");
    }

    // Of three adverts, counted as keepalived does: by the whole seconds of the interval.
    [[nodiscard]] seconds standard_window() const {
        const auto interval = std::chrono::floor<seconds>(instance_.advert_interval);
        return std::clamp(3 * interval, kShortestWindow, kLongestWindow);
    }

    const CheckContext& context_;
    const HmacDraft& draft_;
    model::Instance& instance_;
};

}  // namespace

void check_hmac(const CheckContext& context, const InstanceDraft& draft, model::Instance& instance) {
    if (draft.hmac) HmacCheck{context, draft, instance}.run();
}

}  // namespace understudy::config
