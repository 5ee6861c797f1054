package exchange_test

const childEnv = "ROGATORY_TEST_BROKER"

func child() int { return 0 }
