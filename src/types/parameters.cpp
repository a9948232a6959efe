// The chain parameters' bytes and defaults.
#include "base/limits.h"
#include "types/canonical.h"
#include "types/genesis.h"

namespace generion {
namespace {

// The resource types of FHIR R4 (hl7.org/fhir/R4/resourcelist.html), sorted.
constexpr std::string_view kFhirResourceTypes[] = {"Account",
                                                   "ActivityDefinition",
                                                   "AdverseEvent",
                                                   "AllergyIntolerance",
                                                   "Appointment",
                                                   "AppointmentResponse",
                                                   "AuditEvent",
                                                   "Basic",
                                                   "Binary",
                                                   "BiologicallyDerivedProduct",
                                                   "BodyStructure",
                                                   "Bundle",
                                                   "CapabilityStatement",
                                                   "CarePlan",
                                                   "CareTeam",
                                                   "CatalogEntry",
                                                   "ChargeItem",
                                                   "ChargeItemDefinition",
                                                   "Claim",
                                                   "ClaimResponse",
                                                   "ClinicalImpression",
                                                   "CodeSystem",
                                                   "Communication",
                                                   "CommunicationRequest",
                                                   "CompartmentDefinition",
                                                   "Composition",
                                                   "ConceptMap",
                                                   "Condition",
                                                   "Consent",
                                                   "Contract",
                                                   "Coverage",
                                                   "CoverageEligibilityRequest",
                                                   "CoverageEligibilityResponse",
                                                   "DetectedIssue",
                                                   "Device",
                                                   "DeviceDefinition",
                                                   "DeviceMetric",
                                                   "DeviceRequest",
                                                   "DeviceUseStatement",
                                                   "DiagnosticReport",
                                                   "DocumentManifest",
                                                   "DocumentReference",
                                                   "EffectEvidenceSynthesis",
                                                   "Encounter",
                                                   "Endpoint",
                                                   "EnrollmentRequest",
                                                   "EnrollmentResponse",
                                                   "EpisodeOfCare",
                                                   "EventDefinition",
                                                   "Evidence",
                                                   "EvidenceVariable",
                                                   "ExampleScenario",
                                                   "ExplanationOfBenefit",
                                                   "FamilyMemberHistory",
                                                   "Flag",
                                                   "Goal",
                                                   "GraphDefinition",
                                                   "Group",
                                                   "GuidanceResponse",
                                                   "HealthcareService",
                                                   "ImagingStudy",
                                                   "Immunization",
                                                   "ImmunizationEvaluation",
                                                   "ImmunizationRecommendation",
                                                   "ImplementationGuide",
                                                   "InsurancePlan",
                                                   "Invoice",
                                                   "Library",
                                                   "Linkage",
                                                   "List",
                                                   "Location",
                                                   "Measure",
                                                   "MeasureReport",
                                                   "Media",
                                                   "Medication",
                                                   "MedicationAdministration",
                                                   "MedicationDispense",
                                                   "MedicationKnowledge",
                                                   "MedicationRequest",
                                                   "MedicationStatement",
                                                   "MedicinalProduct",
                                                   "MedicinalProductAuthorization",
                                                   "MedicinalProductContraindication",
                                                   "MedicinalProductIndication",
                                                   "MedicinalProductIngredient",
                                                   "MedicinalProductInteraction",
                                                   "MedicinalProductManufactured",
                                                   "MedicinalProductPackaged",
                                                   "MedicinalProductPharmaceutical",
                                                   "MedicinalProductUndesirableEffect",
                                                   "MessageDefinition",
                                                   "MessageHeader",
                                                   "MolecularSequence",
                                                   "NamingSystem",
                                                   "NutritionOrder",
                                                   "Observation",
                                                   "ObservationDefinition",
                                                   "OperationDefinition",
                                                   "OperationOutcome",
                                                   "Organization",
                                                   "OrganizationAffiliation",
                                                   "Parameters",
                                                   "Patient",
                                                   "PaymentNotice",
                                                   "PaymentReconciliation",
                                                   "Person",
                                                   "PlanDefinition",
                                                   "Practitioner",
                                                   "PractitionerRole",
                                                   "Procedure",
                                                   "Provenance",
                                                   "Questionnaire",
                                                   "QuestionnaireResponse",
                                                   "RelatedPerson",
                                                   "RequestGroup",
                                                   "ResearchDefinition",
                                                   "ResearchElementDefinition",
                                                   "ResearchStudy",
                                                   "ResearchSubject",
                                                   "RiskAssessment",
                                                   "RiskEvidenceSynthesis",
                                                   "Schedule",
                                                   "SearchParameter",
                                                   "ServiceRequest",
                                                   "Slot",
                                                   "Specimen",
                                                   "SpecimenDefinition",
                                                   "StructureDefinition",
                                                   "StructureMap",
                                                   "Subscription",
                                                   "Substance",
                                                   "SubstanceNucleicAcid",
                                                   "SubstancePolymer",
                                                   "SubstanceProtein",
                                                   "SubstanceReferenceInformation",
                                                   "SubstanceSourceMaterial",
                                                   "SubstanceSpecification",
                                                   "SupplyDelivery",
                                                   "SupplyRequest",
                                                   "Task",
                                                   "TerminologyCapabilities",
                                                   "TestReport",
                                                   "TestScript",
                                                   "ValueSet",
                                                   "VerificationResult",
                                                   "VisionPrescription"};

}  // namespace

Parameters default_parameters() {
  Parameters out;
  out.record_types.assign(std::begin(kFhirResourceTypes), std::end(kFhirResourceTypes));
  return out;
}

Bytes encode_parameters(const Parameters& parameters) {
  CanonicalWriter out;
  out.uint(1, static_cast<std::uint64_t>(parameters.user_admission))
      .uint(2, parameters.tx_window_ms)
      .uint(3, parameters.operations_max)
      .uint(4, parameters.proofs_max)
      .uint(5, parameters.body_bytes_max)
      .uint(6, parameters.attachment_bytes_max)
      .uint(7, parameters.records_per_user_max)
      .uint(8, parameters.operations_per_day_max)
      .uint(9, parameters.admissions_per_day_max)
      .uint(10, parameters.batch_transactions_max)
      .uint(11, parameters.batch_bytes_max)
      .uint(12, parameters.heartbeat_ms)
      .uint(13, parameters.erase_within_ms);
  for (const std::string& type : parameters.record_types) out.element(14, type);
  out.uint(15, parameters.shares_per_record_max)
      .uint(16, parameters.open_orders_per_user_max)
      .uint(17, parameters.orders_per_record_max)
      .uint(18, parameters.delivery_window_ms)
      .uint(19, parameters.retention_ms)
      .uint(20, parameters.due_per_block)
      .uint(21, parameters.proposal_lifetime_ms)
      .uint(22, parameters.governance_delay_ms)
      .uint(23, parameters.suspension_ms)
      .uint(24, parameters.mint_period_ms)
      .uint(25, parameters.mint_per_period_max)
      .uint(26, parameters.epoch_min_ms)
      .uint(27, parameters.epoch_max_ms)
      .uint(28, parameters.epoch_max_blocks);
  return out.take();
}

Result<Parameters> decode_parameters(ByteView bytes) {
  CanonicalReader in(bytes, "parameters");
  Parameters out;
  const std::uint64_t admission = in.uint(1, "user_admission");
  out.tx_window_ms = in.uint(2, "tx_window_ms");
  out.operations_max = in.uint(3, "operations_max");
  out.proofs_max = in.uint(4, "proofs_max");
  out.body_bytes_max = in.uint(5, "body_bytes_max");
  out.attachment_bytes_max = in.uint(6, "attachment_bytes_max");
  out.records_per_user_max = in.uint(7, "records_per_user_max");
  out.operations_per_day_max = in.uint(8, "operations_per_day_max");
  out.admissions_per_day_max = in.uint(9, "admissions_per_day_max");
  out.batch_transactions_max = in.uint(10, "batch_transactions_max");
  out.batch_bytes_max = in.uint(11, "batch_bytes_max");
  out.heartbeat_ms = in.uint(12, "heartbeat_ms");
  out.erase_within_ms = in.uint(13, "erase_within_ms");
  for (const ByteView type : in.elements(14, "record_types", limits::kRecordTypesMax)) {
    out.record_types.emplace_back(type);
  }
  out.shares_per_record_max = in.uint(15, "shares_per_record_max");
  out.open_orders_per_user_max = in.uint(16, "open_orders_per_user_max");
  out.orders_per_record_max = in.uint(17, "orders_per_record_max");
  out.delivery_window_ms = in.uint(18, "delivery_window_ms");
  out.retention_ms = in.uint(19, "retention_ms");
  out.due_per_block = in.uint(20, "due_per_block");
  out.proposal_lifetime_ms = in.uint(21, "proposal_lifetime_ms");
  out.governance_delay_ms = in.uint(22, "governance_delay_ms");
  out.suspension_ms = in.uint(23, "suspension_ms");
  out.mint_period_ms = in.uint(24, "mint_period_ms");
  out.mint_per_period_max = in.uint(25, "mint_per_period_max");
  out.epoch_min_ms = in.uint(26, "epoch_min_ms");
  out.epoch_max_ms = in.uint(27, "epoch_max_ms");
  out.epoch_max_blocks = in.uint(28, "epoch_max_blocks");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (admission > 1) return fail(Code::malformed, "parameters: user_admission is neither 0 nor 1");
  out.user_admission = static_cast<Parameters::UserAdmission>(admission);
  return out;
}

}  // namespace generion
