// The original middleware's paths about orders.
#pragma once

#include <string>

#include "rpc/identity_reads.h"

namespace generion::rpc::identity {

// The ids of all orders that were not withdrawn.
ReadAnswer read_order_ids(const Question& question, const boost::json::storage_ptr& memory);
// usr_adr, record_list, price, customer; {} for one that does not exist or was withdrawn.
ReadAnswer read_orders(const Question& question, const boost::json::storage_ptr& memory);

// Why a transaction is not what a path is for: Write::fault.
std::optional<std::string> create_order_fault(const contract::StateReader& state,
                                              std::string_view id, const TransactionBody& body);
std::optional<std::string> delete_order_fault(const contract::StateReader& state,
                                              std::string_view id, const TransactionBody& body);
std::optional<std::string> purchase_fault(const contract::StateReader& state, std::string_view id,
                                          const TransactionBody& body);

}  // namespace generion::rpc::identity
