// Translation between the types of types/messages.h and their protobufs, shared by messages.cpp and
// reports.cpp. Faults go into `fields`; what was read then is of no use.
#pragma once

#include "generion/v1/consensus.pb.h"
#include "types/messages.h"
#include "wire/fields.h"

namespace generion::wire {

void write(v1::ConflictingProposals& out, const ConflictingProposals& proof);
void write(v1::Batch& out, const Batch& batch);
void write(v1::PrePrepare& out, const PrePrepare& message);
void write(v1::Prepare& out, const Prepare& message);
void write(v1::Commit& out, const Commit& message);
void write(v1::SealVote& out, const SealVote& message);
void write(v1::Complaint& out, const Complaint& message);
void write(v1::Certificate& out, const Certificate& certificate);
void write(v1::CertifiedHeader& out, const CertifiedHeader& certified);
void write(v1::PreparedCertificate& out, const PreparedCertificate& certificate);
void write(v1::ViewChange& out, const ViewChange& message);
void write(v1::NewView& out, const NewView& message);
void write(v1::StatusReport& out, const StatusReport& message);
void write(v1::Echo& out, const Echo& message);
void write(v1::StableReport& out, const StableReport& message);

ConflictingProposals read(Fields& fields, const v1::ConflictingProposals& in);
Batch read(Fields& fields, const v1::Batch& in);
PrePrepare read(Fields& fields, const v1::PrePrepare& in);
Prepare read(Fields& fields, const v1::Prepare& in);
Commit read(Fields& fields, const v1::Commit& in);
SealVote read(Fields& fields, const v1::SealVote& in);
Complaint read(Fields& fields, const v1::Complaint& in);
Certificate read(Fields& fields, const v1::Certificate& in);
CertifiedHeader read(Fields& fields, const v1::CertifiedHeader& in);
PreparedCertificate read(Fields& fields, const v1::PreparedCertificate& in);
ViewChange read(Fields& fields, const v1::ViewChange& in);
NewView read(Fields& fields, const v1::NewView& in);
StatusReport read(Fields& fields, const v1::StatusReport& in);
Echo read(Fields& fields, const v1::Echo& in);
StableReport read(Fields& fields, const v1::StableReport& in);

}  // namespace generion::wire
