#include "understudy/config/secret_words.hpp"

#include <gtest/gtest.h>

namespace understudy::config {
namespace {

TEST(SecretWords, AreThoseOfPasswordsAndKeys) {
    EXPECT_EQ(with_secrets_hidden("    auth_pass very secret"), "    auth_pass **** ******");
    EXPECT_EQ(with_secrets_hidden("\tkey 1 hex:0011"), "\tkey 1 ********");
    EXPECT_EQ(with_secrets_hidden("auth_hmac { key 12  \"two words\" }"),
              "auth_hmac { key 12  \"*** ****** *");
}

TEST(SecretWords, AreFoundHoweverTheLineIsWritten) {
    EXPECT_EQ(with_secrets_hidden("auth_hmac {key 1 SECRET"), "auth_hmac {key 1 ******");
    EXPECT_EQ(with_secrets_hidden("authentication {auth_pass x"), "authentication {auth_pass *");
    EXPECT_EQ(with_secrets_hidden("key \"1\" SECRET"), "key \"1\" ******");
    EXPECT_EQ(with_secrets_hidden("key 0x1 SECRET"), "key 0x1 ******");
    EXPECT_EQ(with_secrets_hidden("key one SECRET"), "key one ******");
    EXPECT_EQ(with_secrets_hidden("$VRRP_KEY=0123"), "$VRRP_KEY=****");
    EXPECT_EQ(with_secrets_hidden("  $MyPass=a b"), "  $MyPass=* *");
}

TEST(SecretWords, AreNotPathsAndOtherSettings) {
    for (const char* const line :
         {"key 1 file:/etc/keys/one", "key 1 \"file:/etc/keys/one\"", "key 1", "auth_pass",
          "key /etc/ssl/key.pem", "active_key 2", "priority 100", "$IFACE=eth0", ""})
        EXPECT_EQ(with_secrets_hidden(line), line);
}

}  // namespace
}  // namespace understudy::config
